"""What the hub may know of people (design 2.11, domain H): fields it never has, and where personal ones never go."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from streams.checks.schemas import SchemaFile, text_of
from streams.marked.yaml_file import Fault, Marked
from streams.metrics import Metric
from streams.topology import Reading

PERSONAL = ("pii", "spi")


@dataclass(frozen=True)
class Forbidden:
    """What is refused, by words of a field's name and by its Chinese title, and why.

    With `of_persons` only in records about people: those with a personal field or a person's token.
    """

    words: frozenset[str]
    titles: tuple[str, ...]
    reason: str
    of_persons: bool = False


FORBIDDEN = (
    Forbidden(
        frozenset({"face", "faces", "facial"}),
        ("人脸", "面部", "脸部"),
        "no face is recognised: cameras give the state of a point and events of a scene",
    ),
    Forbidden(
        frozenset({"gait", "iris", "fingerprint", "voiceprint", "biometric", "biometrics", "dna"}),
        ("步态", "虹膜", "指纹", "声纹", "生物特征", "基因"),
        "no biometric data: the hub has no lawful need of it",
    ),
    Forbidden(
        frozenset({"track", "tracks", "trajectory", "trajectories", "whereabouts", "footprint"}),
        ("轨迹", "行踪", "足迹"),
        "nobody is tracked: a happening has a place, a person has no path",
    ),
    Forbidden(
        frozenset({"score", "scores", "scoring", "credit"}),
        ("积分", "评分", "打分", "信用分", "征信"),
        "no resident is scored: only the timeliness of units and grid staff on duty counts",
    ),
    Forbidden(
        frozenset({"rank", "ranking", "risk", "prediction", "predicted", "profile"}),
        ("排名", "风险等级", "预测", "画像"),
        "warnings are about areas, facilities and organisations, never about persons",
        of_persons=True,
    ),
    Forbidden(
        frozenset({"diagnosis", "disease", "illness", "psychology", "psychological", "mental"}),
        ("诊断", "病史", "疾病", "心理", "精神"),
        "health of a person stays with its service; the hub counts demand by area",
        of_persons=True,
    ),
    Forbidden(
        frozenset({"religion", "ethnicity", "faction", "members", "association"}),
        ("宗教", "信仰", "民族", "成员名单"),
        "no lists of who belongs to what",
        of_persons=True,
    ),
    Forbidden(frozenset({"author", "authors"}), ("发帖人", "作者"), "topics and their heat, never who spoke"),
)


def forbidden_faults(schema: SchemaFile) -> Iterator[Fault]:
    """Fields that no schema of the hub may have."""
    about_people = any(_is_personal(text_of(field, "name"), text_of(field, "class")) for field in schema.fields)
    for field in schema.fields:
        name, title = text_of(field, "name"), text_of(field, "doc")
        for rule in FORBIDDEN:
            named = rule.words & set(name.split("_")) or {word for word in rule.titles if word in title}
            if named and (about_people or not rule.of_persons):
                yield field.fault(f"{schema.name}: field {name} is refused for '{min(named)}': {rule.reason}")


def _is_personal(name: str, data_class: str) -> bool:
    return data_class in PERSONAL or name.endswith("_token")


def personal_fields(schema: SchemaFile) -> Iterator[Marked]:
    """The fields of class pii and spi."""
    return (field for field in schema.fields if text_of(field, "class") in PERSONAL)


def wall_faults(reading: Reading, schemas: Mapping[str, SchemaFile]) -> Iterator[Fault]:
    """Personal fields in views that an agent reads: from there they would reach the wall."""
    topics = reading.topology.topics
    for agent in reading.topology.agents.values():
        for topic in agent.reads:
            if topic.startswith("hub.view.") and topic in topics:
                for name in topics[topic].schemas:
                    yield from (
                        field.fault(
                            f"{name}: field {text_of(field, 'name')} is {text_of(field, 'class')} and would "
                            f"reach the wall through {topic} and agent {agent.name}"
                        )
                        for field in (personal_fields(schemas[name]) if name in schemas else ())
                    )


def label_faults(metrics: Iterable[Metric], catalogue: Path, schemas: Iterable[SchemaFile]) -> Iterator[Fault]:
    """Metrics with a label named like a personal field; `catalogue` is the file that names the metrics."""
    personal = {text_of(field, "name"): schema.name for schema in schemas for field in personal_fields(schema)}
    lines = catalogue.read_text(encoding="utf-8").splitlines()
    for metric in metrics:
        for label in sorted(set(metric.labels) & personal.keys()):
            line = next((number for number, text in enumerate(lines, 1) if f'"{metric.name}"' in text), 0)
            yield Fault(
                str(catalogue), line, f"{metric.name}: its label {label} is a personal field of {personal[label]}"
            )
