"""What higher apps add to an erasure: handed in when they are ready, so that this one needn't know them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from privacy.models import Person
from privacy.vault.models import Erasure, Farewell

open_work: list[Callable[[Person], Any]] = []
"""Of a person: the records (a queryset) that have to be finished or handed over first."""

settling: list[Callable[[Person, Any], None]] = []
"""Finish what is open about a person, by somebody."""

farewells: list[Callable[[Person, Erasure], Farewell]] = []
"""Tell a person, as long as their address is there, that they are erased; WAITING if it has to be tried again."""

finished: list[Callable[[UUID], None]] = []
"""What follows once a person (by id) is erased, key and all. Safe to repeat."""
