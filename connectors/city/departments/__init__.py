"""The simulated departments by group, each described by its stories. Rates are a day's, from the catalogue."""

from connectors.city.departments import economy, emergency, government, justice, monitoring, people, police, streets
from connectors.city.stories import Department

DEPARTMENTS: tuple[Department, ...] = (
    *police.DEPARTMENTS,
    *government.DEPARTMENTS,
    *justice.DEPARTMENTS,
    *emergency.DEPARTMENTS,
    *monitoring.DEPARTMENTS,
    *streets.DEPARTMENTS,
    *economy.DEPARTMENTS,
    *people.DEPARTMENTS,
)
