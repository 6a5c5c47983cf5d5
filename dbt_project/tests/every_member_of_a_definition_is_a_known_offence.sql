-- A code of the definition that no offence code leads to counts nothing. The codes listed here are in the
-- definition although no five-digit code of theirs is confirmed: their class stands in for them.
select
    members.definition_id,
    members.version,
    members.prc_code,
    members.offence_code
from {{ ref('definition_members') }} as members
left join {{ ref('offence_codes') }} as codes
    on
        members.prc_code = codes.prc_code
        and codes.offence_code = coalesce(members.offence_code, codes.offence_code)
where
    codes.prc_code is null
    and members.prc_code not in ('8S', '10A', '10B', '10C', '10D', '29A', '31A', '34A', '34B')
