import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/**
 * {@code w1} on Kafka Streams: exactly_once_v2, the state in memory with its changelog, one stream thread, a commit each
 * 100 ms. Arguments: bootstrap servers, application id, topic read, topic written, state folder, folder of the schemas.
 */
public final class W1 {
    private static final String STORE = "tallies";
    private static final int TALLY = 1000002;
    private static final int PROFILE = 1000003;
    private static final int HEADER_BYTES = 5;

    private W1() {
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path schemas = Path.of(arguments[5]);
        Avro reading = new Avro(schemas.resolve("reading.v1.avsc"), 0);
        Avro tally = new Avro(schemas.resolve("tally.v1.avsc"), TALLY);
        Avro profile = new Avro(schemas.resolve("profile.v1.avsc"), PROFILE);

        Topology topology = new Topology();
        topology.addSource("readings", Serdes.String().deserializer(), Serdes.ByteArray().deserializer(), arguments[2]);
        topology.addProcessor("count", () -> new Count(reading, profile), "readings");
        topology.addStateStore(
            Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(STORE), Serdes.String(), new TallySerde(tally)),
            "count");
        topology.addSink("views", arguments[3], Serdes.String().serializer(), Serdes.ByteArray().serializer(), "count");

        KafkaStreams streams = new KafkaStreams(topology, settings(arguments));
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            streams.close();
            ended.countDown();
        }));
        streams.start();
        ended.await();
    }

    private static Properties settings(String[] arguments) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[1]);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[4]);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return settings;
    }

    /** Counts one facility's readings by category and publishes its profile. */
    private static final class Count implements Processor<String, byte[], String, byte[]> {
        private final Avro readings;
        private final Avro profiles;
        private final Derived derived = new Derived();
        private ProcessorContext<String, byte[]> context;
        private KeyValueStore<String, Tally> tallies;

        Count(Avro readings, Avro profiles) {
            this.readings = readings;
            this.profiles = profiles;
        }

        @Override
        public void init(ProcessorContext<String, byte[]> given) {
            context = given;
            tallies = given.getStateStore(STORE);
        }

        @Override
        public void process(Record<String, byte[]> record) {
            GenericRecord reading = readings.read(record.value());
            String key = reading.get("key").toString();
            Tally tally = Tally.with(tallies.get(key), reading);
            tallies.put(key, tally);
            int partition = context.recordMetadata().orElseThrow().partition();
            Headers headers = derived.headers(partition, reading, key, record.timestamp());
            byte[] view = profiles.write(profile(reading, tally, record.timestamp()));
            context.forward(new Record<>(key, view, record.timestamp(), headers));
        }

        private GenericRecord profile(GenericRecord reading, Tally tally, long now) {
            GenericRecord profile = new GenericData.Record(profiles.schema);
            profile.put("facility", reading.get("key"));
            profile.put("region", reading.get("region"));
            tally.putInto(profile);
            profile.put("as_of", now);
            return profile;
        }
    }

    /** What is kept of a facility. */
    private record Tally(Map<String, Long> counts, long events, long total, long lastValue, long lastAt) {
        static Tally with(Tally before, GenericRecord reading) {
            Map<String, Long> counts = before == null ? new HashMap<>() : new HashMap<>(before.counts);
            counts.merge(reading.get("category").toString(), 1L, Long::sum);
            long value = (Long) reading.get("value");
            return new Tally(counts, before == null ? 1 : before.events + 1, before == null ? value : before.total + value,
                value, (Long) reading.get("occurred_at"));
        }

        void putInto(GenericRecord record) {
            record.put("counts", counts);
            record.put("events", events);
            record.put("total", total);
            record.put("last_value", lastValue);
            record.put("last_at", lastAt);
        }
    }

    /** The row of a changelog: eight bytes of no due moment, then the value on the wire. */
    private static final class TallySerde implements Serde<Tally>, Serializer<Tally>, Deserializer<Tally> {
        private final Avro avro;

        TallySerde(Avro avro) {
            this.avro = avro;
        }

        @Override
        public byte[] serialize(String topic, Tally tally) {
            if (tally == null) {
                return null;
            }
            GenericRecord record = new GenericData.Record(avro.schema);
            tally.putInto(record);
            byte[] value = avro.write(record);
            return ByteBuffer.allocate(Long.BYTES + value.length).putLong(0).put(value).array();
        }

        @Override
        public Tally deserialize(String topic, byte[] row) {
            if (row == null) {
                return null;
            }
            GenericRecord record = avro.read(row, Long.BYTES + HEADER_BYTES);
            Map<String, Long> counts = new HashMap<>();
            ((Map<?, ?>) record.get("counts")).forEach((name, number) -> counts.put(name.toString(), (Long) number));
            return new Tally(counts, (Long) record.get("events"), (Long) record.get("total"),
                (Long) record.get("last_value"), (Long) record.get("last_at"));
        }

        @Override
        public void close() {
            // Nothing to let go; both interfaces have a close of their own.
        }

        @Override
        public void configure(Map<String, ?> settings, boolean isKey) {
            // Nothing to set; both interfaces have a configure of their own.
        }

        @Override
        public Serializer<Tally> serializer() {
            return this;
        }

        @Override
        public Deserializer<Tally> deserializer() {
            return this;
        }
    }

    /** One schema in the Confluent wire format; used by one stream thread. */
    private static final class Avro {
        private final Schema schema;
        private final byte[] prefix;
        private final GenericDatumReader<GenericRecord> reader;
        private final GenericDatumWriter<GenericRecord> writer;
        private BinaryDecoder decoder;
        private BinaryEncoder encoder;

        Avro(Path definition, int identity) throws IOException {
            schema = new Schema.Parser().parse(definition.toFile());
            prefix = ByteBuffer.allocate(HEADER_BYTES).put((byte) 0).putInt(identity).array();
            reader = new GenericDatumReader<>(schema);
            writer = new GenericDatumWriter<>(schema);
        }

        GenericRecord read(byte[] data) {
            return read(data, HEADER_BYTES);
        }

        GenericRecord read(byte[] data, int from) {
            try {
                decoder = DecoderFactory.get().binaryDecoder(data, from, data.length - from, decoder);
                return reader.read(null, decoder);
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }

        byte[] write(GenericRecord record) {
            try {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
                bytes.write(prefix);
                encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
                writer.write(record, encoder);
                encoder.flush();
                return bytes.toByteArray();
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }
    }

    /** Ids and CloudEvents headers, the same as every other engine's. */
    private static final class Derived {
        private static final byte[] SPECIFICATION = bytes("1.0");
        private static final byte[] SOURCE = bytes("bench_profiles");
        private static final byte[] TYPE = bytes("hub.bench.profile.v1");
        private static final byte[] CONTENT = bytes("application/avro");
        private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

        private final Blake2bDigest digest = new Blake2bDigest(128);
        private final byte[] identity = new byte[16];
        private long timedAt = -1;
        private byte[] time;

        Headers headers(int partition, GenericRecord reading, String subject, long now) {
            byte[] cause = bytes("bench_profiles|" + partition + "|" + reading.get("id") + "|view|0");
            digest.update(cause, 0, cause.length);
            digest.doFinal(identity, 0);
            if (now != timedAt) {
                timedAt = now;
                time = bytes(TIME.format(Instant.ofEpochMilli(now)));
            }
            Headers headers = new RecordHeaders();
            headers.add("content-type", CONTENT);
            headers.add("ce_specversion", SPECIFICATION);
            headers.add("ce_type", TYPE);
            headers.add("ce_id", bytes(HexFormat.of().formatHex(identity)));
            headers.add("ce_source", SOURCE);
            headers.add("ce_time", time);
            headers.add("ce_subject", bytes(subject));
            headers.add("ce_trace", bytes(reading.get("trace").toString()));
            return headers;
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }
}
