"""One person's token, those who ask about it, and what they are told, in memory: words for the stories of tests."""

from typing import Any

from streams.agents.erasures import key_destroyed
from streams.codec import Codec
from streams.contract import Fact
from streams.engine.memory import MemoryHub
from streams.facts.audit import Receipt
from streams.facts.measures import Authority
from streams.facts.people import Help, HelpContent, Resident, ResidentContent, Service, ServiceContent
from streams.facts.person_access import (
    Asked,
    CaseContent,
    Consented,
    Decided,
    FieldMask,
    LinkAsked,
    MatterMoved,
    PersonAccess,
    PersonActRule,
    Words,
)
from streams.facts.person_rights import RightAsked, RightDone
from streams.facts.person_views import Context, PersonLink, PersonRight
from streams.facts.rules import RULES_KEY
from streams.processors.person_profiles import PersonProfiles
from streams.secrecy.person_keys import MemoryPersonKeys
from tests.processors.kit import START_AT, processors, publish_rules, topology

PEOPLE = "hub.log.people.v1"
CONTEXTS, PERSON_LINKS, AUDIT = "hub.view.contexts.v1", "hub.view.links.v1", "hub.audit.v1"
PERSON_RIGHTS, ERASURES = "hub.view.rights.v1", "hub.notice.erasures.v1"
TOKEN = "services:1:0123456789abcdef"
OTHER = "services:1:fedcba9876543210"
REQUESTER = "requests:1:00112233445566"
RESIDENT = "population:1:99aabbccddeeff"
CASE = "50011720260921M00001"
UNIT, OTHER_UNIT, CENTRE = "500117001-service", "500117002-service", "500117-district_centre"
ARTICLE = "个人信息保护法第三十四条"
MINUTE = 60_000
YEAR = 365 * 86_400_000


def access(role: str, purpose: Any, *sections: Any, masks: dict[str, Any] | None = None, **said: Any) -> PersonAccess:
    fields: dict[str, Any] = {"of_any_unit": False, "needs_consent": False, "standing_minutes": 60, **said}
    return PersonAccess(
        key=RULES_KEY, occurred_at=0, version="", role=role, purpose=purpose, sections=sections, article=ARTICLE,
        document="试验",
        masks=tuple(FieldMask(field=name, mask=mask) for name, mask in (masks or {}).items()), **fields,
    )  # fmt: skip


def act(name: Any, asked_by: str, decided_by: str, minutes: int = 15, unit: str = "") -> PersonActRule:
    return PersonActRule(
        key=RULES_KEY, occurred_at=0, version="", act=name, name=name, asked_by=(Authority(role=asked_by),),
        decided_by=(Authority(role=decided_by),), decided_minutes=minutes, document="试验", unit=unit,
    )  # fmt: skip


RULES: tuple[Fact, ...] = (
    access(
        "service_worker", "services", "matters", "services", "calls", masks={"under_14": "hidden", "due_on": "month"}
    ),
    access("service_worker", "population", "residences", needs_consent=True),
    access("operator", "services", "calls", of_any_unit=True),
    access("responder", "requests", "matters", masks={"region": "town"}),
    act("break_glass", "operator", "shift_leader"),
    act("link", "service_worker", "privacy_officer", 2880),
    act("consent", "service_worker", "privacy_officer"),
    act("access", "service_worker", "privacy_officer", 43_200, CENTRE),
    act("correction", "service_worker", "privacy_officer", 43_200, CENTRE),
    act("deletion", "service_worker", "privacy_officer", 43_200, CENTRE),
    act("access_review", "privacy_officer", "privacy_officer", 4_320, CENTRE),
)


class Persons:
    """The owner of the people log with its rules in force."""

    def __init__(self, **hub: Any) -> None:
        processors()
        self.keys = MemoryPersonKeys()
        codec = Codec.load(persons=self.keys)
        self.hub = MemoryHub(topology(), {"person_profiles": PersonProfiles()}, codec, START_AT, **hub)
        self._said = 0
        publish_rules(self.hub, RULES, logs=[PEOPLE])
        self.hub.settle()

    @property
    def now(self) -> int:
        return self.hub.now

    def wait(self, milliseconds: int) -> None:
        self.hub.advance_to(self.now + milliseconds)

    def say(self, fact: Fact) -> str:
        """Append a fact and let everybody react; its id."""
        self.hub.publish(PEOPLE, fact)
        self.hub.settle()
        return fact.id

    # What is known.

    def owe(self, token: str = TOKEN, record_no: str = "FW1", **said: Any) -> None:
        fields: dict[str, Any] = {
            "unit": UNIT, "region": "500117001001", "kind": "disability", "state": "due", "due_on": "2026-10-08",
            "under_14": False, **said,
        }  # fmt: skip
        self.say(
            Service(
                **self._begun("row", token), token=token, system="cl_disability_service", record_no=record_no,
                content=ServiceContent(**fields), recorded_at=self.now,
            )
        )  # fmt: skip

    def call_for_help(self, token: str = TOKEN, *, answered: bool = False) -> None:
        content = HelpContent(region="500117001001", answered=answered, unit=None)
        self.say(
            Help(
                **self._begun("row", token), token=token, system="mz_elder_call", record_no="HJ1", content=content,
                recorded_at=self.now,
            )
        )  # fmt: skip

    def reside(self, token: str = RESIDENT) -> None:
        content = ResidentContent(household="population:1:aa", address_code="DZ1", moved_away=False)
        self.say(Resident(**self._begun("row", token), token=token, content=content, recorded_at=self.now))

    def open_case(
        self, token: str = TOKEN, case_no: str = CASE, units: tuple[str, ...] = (UNIT,), records: tuple[str, ...] = ()
    ) -> None:
        content = CaseContent(incident_class="service_request", region="500117001001001", units=units, records=records)
        self._move(token, case_no, content)

    def close_case(self, token: str = TOKEN, case_no: str = CASE) -> None:
        self._move(token, case_no, None)

    def _move(self, token: str, case_no: str, content: CaseContent | None) -> None:
        begun, is_open = self._begun("matter", token), content is not None
        self.say(MatterMoved(**begun, token=token, matter_no=case_no, open=is_open, content=content))

    # What officers ask for and decide.

    def ask(self, token: str = TOKEN, **said: Any) -> str:
        """A service worker of the unit asks under the open case; the number of the request."""
        self._said += 1
        purpose = token.partition(":")[0]
        fields: dict[str, Any] = {
            "purpose": purpose, "case_no": CASE, "actor_purpose": purpose, "signature": f"{self._said:032x}",
            "token_ends_at": self.now + 10 * MINUTE, **self._actor("FW-017", "service_worker"), **said,
        }  # fmt: skip
        return self.say(Asked(**self._begun("asked", token), token=token, **fields))

    def ask_link(self, token: str = TOKEN, other: str = OTHER, **said: Any) -> str:
        fields: dict[str, Any] = {
            "kind": "same_person", "article": ARTICLE, "until_at": self.now + YEAR,
            **self._actor("FW-017", "service_worker"), **said,
        }  # fmt: skip
        return self.say(LinkAsked(**self._begun("link", token), token=token, other=other, **fields))

    def decide(self, request_no: str, token: str = TOKEN, decision: Any = "approve", **said: Any) -> None:
        said = {**self._begun("decided", token), **self._actor("BM-002", "privacy_officer"), **said}
        self.say(Decided(token=token, request_no=request_no, decision=decision, **said))

    def link(self, token: str = TOKEN, other: str = OTHER, **said: Any) -> None:
        """A link that was asked for and approved."""
        self.decide(self.ask_link(token, other, **said), token)

    def consent(self, token: str = RESIDENT, *, withdrawn: bool = False, **said: Any) -> None:
        actor = self._actor("FW-017", "service_worker")
        fields = {"until_at": self.now + YEAR, "document": "同意书1号", **actor, **said}
        self.say(Consented(**self._begun("consent", token), token=token, withdrawn=withdrawn, **fields))

    # Rights of the person.

    def use_right(self, right: Any, token: str = TOKEN, **said: Any) -> str:
        """A service worker takes down what the person asks for; the number of the request."""
        fields: dict[str, Any] = {"content": Words(words="不再需要"), **self._actor("FW-017", "service_worker"), **said}
        return self.say(RightAsked(**self._begun("right", token), token=token, right=right, **fields))

    def do_right(self, request_no: str, outcome: Any, token: str = TOKEN, **said: Any) -> None:
        fields: dict[str, Any] = {**self._actor("FW-017", "service_worker"), **said}
        done = RightDone(**self._begun("done", token), token=token, request_no=request_no, outcome=outcome, **fields)
        self.say(done)

    def destroy_keys(self) -> None:
        """What the agent `erasures` does with each notice, those that it has seen before too."""
        self.wait(1)
        for told in self.hub.appended(ERASURES):
            notice = self.hub.codec.decode(told.data or b"")
            proof = self.keys.destroy(notice.token, notice.request_no)
            self.hub.publish(PEOPLE, key_destroyed(notice, proof, told.at))
        self.wait(1)

    def delete(self, token: str = TOKEN) -> str:
        """A deletion that was asked for, approved and done, with that of older tokens of the same person."""
        request_no = self.use_right("deletion", token)
        self.decide(request_no, token)
        self.destroy_keys()
        self.destroy_keys()
        return request_no

    def right(self, request_no: str) -> PersonRight | None:
        found: PersonRight | None = self.hub.latest(PERSON_RIGHTS).get(request_no)
        return found

    def entries_that_name(self, token: str) -> dict[str, set[str]]:
        """Table by table the keys of entries in which a token stands, in the key or in what is said."""
        found: dict[str, set[str]] = {}
        for owner in self.hub.owners:
            for row_key, row in owner.changelog.items():
                table, _, key = row_key.partition("/")
                if token in row_key or token in repr(self.hub.codec.decode(row[8:])):
                    found.setdefault(table, set()).add(key)
        return found

    # What they are told.

    def context(self, request_no: str) -> Context | None:
        """What stands of a reading."""
        found: Context | None = self.hub.latest(CONTEXTS).get(request_no)
        return found

    def person_link(self, token: str = TOKEN, other: str = OTHER) -> PersonLink:
        found: PersonLink = self.hub.latest(PERSON_LINKS)[f"{token}/{other}"]
        return found

    def receipts(self) -> list[Receipt]:
        return self.hub.values(AUDIT)

    def _begun(self, kind: str, token: str) -> dict[str, Any]:
        self._said += 1
        name = f"{kind}:{self._said}"
        return {"id": name, "key": token, "source": "gateway", "trace": name, "occurred_at": self.now}

    @staticmethod
    def _actor(officer: str, role: str) -> dict[str, str]:
        return {
            "actor_unit": UNIT, "actor_post": "帮扶岗", "actor_officer": officer, "actor_shift": "day",
            "actor_role": role,
        }  # fmt: skip
