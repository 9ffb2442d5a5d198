"""How the wall's cache lies in Redis, and the scripts that change it as a whole or not at all.

All keys share the slot `{wall}`. Each hash carries the generation it belongs to in its field ``''``, so that one that
was evicted or flushed alone is noticed; the key `generation` is there only while everything is.
"""

from dataclasses import dataclass

KINDS = {
    "hub.view.tiles.v1": "tiles",
    "hub.view.incidents.v1": "incidents",
    "hub.view.matters.v1": "matters",
    "hub.view.sources.v1": "sources",
    "hub.view.measures.v1": "measures",
    "hub.view.contents.v1": "contents",
    "hub.view.reviews.v1": "reviews",
    "hub.view.warnings.v1": "warnings",
}
"""Which hash holds the last values of which view topic."""

CONTENTS, REVIEWS = "contents", "reviews"
SEALED = (CONTENTS, REVIEWS)
"""What no snapshot and no stream of changes has. Contents are read one by one, each time under a receipt; reviews are
read by whoever decides them.
"""
SHOWN = tuple(kind for kind in KINDS.values() if kind not in SEALED)

CHANGES_KEPT = 2_000
"""How many entries of the stream of changes a screen may have missed and still go on; each holds one batch."""
BUILD_SECONDS = 120
"""A rebuild that has not ended by then is nobody's."""


@dataclass(frozen=True)
class Keys:
    """The names of the keys under a hub's namespace."""

    namespace: str

    def __call__(self, name: str) -> str:
        return f"{self.namespace}{{wall}}:{name}"

    def building(self, generation: str, name: str) -> str:
        """Where a rebuild puts what will become `name`."""
        return self(f"{generation}:{name}")

    @property
    def hashes(self) -> tuple[str, ...]:
        return ("positions", *KINDS.values())

    @property
    def whole(self) -> list[str]:
        """Everything `APPLY` touches, in its order."""
        return [self("generation"), self("current_until"), self("changes"), *(self(name) for name in self.hashes)]


APPLY = """
-- KEYS: generation, current_until, changes, positions, then one hash a kind.
-- ARGV: generation, entries kept, number of places known to be current, per place: place, instant;
--       then per record: index of its kind's hash, place, offset, key, value.
-- Answers the number of changes that screens are told of, or -1 where the cache is not whole or of another generation.
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('EXISTS', KEYS[3]) == 0 then return -1 end
for i = 4, #KEYS do
  if redis.call('HGET', KEYS[i], '') ~= ARGV[1] then return -1 end
end
local changes, records = {}, 4 + 2 * tonumber(ARGV[3])
local sealed = {SEALED}
for i = records, #ARGV, 5 do
  local kind, place, offset, key, value = tonumber(ARGV[i]), ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local known = redis.call('HGET', KEYS[4], place)
  if not known or tonumber(known) < tonumber(offset) then
    redis.call('HSET', KEYS[4], place, offset)
    if value == '' then
      redis.call('HDEL', KEYS[kind], key)
      value = 'null'
    else
      redis.call('HSET', KEYS[kind], key, value)
    end
    local name = string.match(KEYS[kind], '([^:]+)$')
    if not sealed[name] then
      changes[#changes + 1] = '{"kind":"' .. name .. '","key":' .. cjson.encode(key) .. ',"value":' .. value .. '}'
    end
  end
end
if #changes > 0 then
  local data = '[' .. table.concat(changes, ',') .. ']'
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[2], '*', 'generation', ARGV[1], 'data', data)
end
for i = 4, records - 1, 2 do redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
return #changes
""".replace("SEALED", ", ".join(f"{kind} = true" for kind in SEALED))

PUBLISH = """
-- KEYS: lock, generation, changes, then pairs: where it was built, where it belongs. ARGV: generation.
-- Puts a rebuilt cache in place, the generation last. Answers 0 where the rebuild no longer holds the lock.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
for i = 4, #KEYS, 2 do
  if redis.call('HGET', KEYS[i], '') ~= ARGV[1] then return 0 end
end
for i = 4, #KEYS, 2 do
  redis.call('RENAME', KEYS[i], KEYS[i + 1])
  redis.call('PERSIST', KEYS[i + 1])
end
redis.call('DEL', KEYS[3])
redis.call('XADD', KEYS[3], '*', 'generation', ARGV[1], 'data', '[]')
redis.call('SET', KEYS[2], ARGV[1])
redis.call('DEL', KEYS[1])
return 1
"""

RELEASE = """
-- KEYS: lock. ARGV: generation. Lets go of the lock unless another rebuild has it by now.
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
"""
