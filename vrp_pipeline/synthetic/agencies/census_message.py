"""The XML message of the children in need census: data classes of a child's record, and their serialisation.

Only the format of a return; which children are in it is in `children_in_need`. Elements that the contract does not
name (Collection, CPPendDate, UPNunknown, …) occur in real returns too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Referral:
    """One CINdetails element. Dates are YYYY-MM-DD; None means that the element is absent."""

    day: str
    source: str
    need: str
    no_action: str
    closed: str | None
    closure: str
    assessments: tuple[str, ...]
    factors: tuple[str, ...]
    section_47: str | None
    plan: str | None
    abuse: str

    def altered(self, **changes: Any) -> "Referral":
        """Return a copy with the given values changed."""
        return replace(self, **changes)


@dataclass(frozen=True)
class Child:
    """One Child element. Before birth `born` is None; `sex_element` is Sex or, in older systems, GenderCurrent."""

    authority: str
    number: str
    pupil_number: str | None
    born: str | None
    sex_element: str
    sex: str
    ethnicity: str
    referrals: tuple[Referral, ...]

    def altered(self, **changes: Any) -> "Child":
        """Return a copy with the given values changed."""
        return replace(self, **changes)


def document(year: int, told: Iterable[Child]) -> bytes:
    """Return the return of the year to 31 March in UTF-8. Values are codes, dates and numbers and need no escaping."""
    header = (
        f"<Header><CollectionDetails><Collection>CIN</Collection><Year>{year}</Year>"
        f"<ReferenceDate>{year}-03-31</ReferenceDate></CollectionDetails><Source><SourceLevel>L</SourceLevel>"
        f"<SoftwareCode>Simulated</SoftwareCode><SerialNo>1</SerialNo><DateTime>{year}-07-12T09:00:00</DateTime>"
        "</Source></Header>"
    )
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<Message>{header}<Children>"]
    lines += [_child(child) for child in told]
    lines.append("</Children></Message>\n")
    return "\n".join(lines).encode()


def _child(child: Child) -> str:
    number = f"<UPN>{child.pupil_number}</UPN>" if child.pupil_number else "<UPNunknown>UN2</UPNunknown>"
    birth = (
        f"<PersonBirthDate>{child.born}</PersonBirthDate>"
        if child.born
        else f"<ExpectedPersonBirthDate>{child.referrals[-1].day}</ExpectedPersonBirthDate>"
    )
    return (
        f"<Child><ChildIdentifiers><LEA>{child.authority}</LEA><LAchildID>{child.number}</LAchildID>{number}{birth}"
        f"<{child.sex_element}>{child.sex}</{child.sex_element}></ChildIdentifiers><ChildCharacteristics>"
        f"<Ethnicity>{child.ethnicity}</Ethnicity><Disabilities><Disability>NONE</Disability></Disabilities>"
        f"</ChildCharacteristics>{''.join(_details(referral) for referral in child.referrals)}</Child>"
    )


def _details(referral: Referral) -> str:
    closure = (
        f"<CINclosureDate>{referral.closed}</CINclosureDate><ReasonForClosure>{referral.closure}</ReasonForClosure>"
        if referral.closed
        else ""
    )
    factors = "".join(f"<AssessmentFactors>{factor}</AssessmentFactors>" for factor in referral.factors)
    wrapper = f"<FactorsIdentifiedAtAssessment>{factors}</FactorsIdentifiedAtAssessment>"
    assessments = "".join(
        f"<Assessments><AssessmentActualStartDate>{start}</AssessmentActualStartDate>"
        f"{wrapper if number == 0 else '<FactorsIdentifiedAtAssessment/>'}</Assessments>"
        for number, start in enumerate(referral.assessments)
    )
    enquiry = (
        f"<Section47><S47ActualStartDate>{referral.section_47}</S47ActualStartDate></Section47>"
        if referral.section_47
        else ""
    )
    plan = (
        f"<ChildProtectionPlans><CPPstartDate>{referral.plan}</CPPstartDate>"
        f"<LatestCategoryOfAbuse>{referral.abuse}</LatestCategoryOfAbuse></ChildProtectionPlans>"
        if referral.plan
        else ""
    )
    return (
        f"<CINdetails><CINreferralDate>{referral.day}</CINreferralDate><ReferralSource>{referral.source}</ReferralSource>"
        f"<PrimaryNeedCode>{referral.need}</PrimaryNeedCode>{closure}<ReferralNFA>{referral.no_action}</ReferralNFA>"
        f"{assessments}{enquiry}{plan}</CINdetails>"
    )
