-- A code of the definition that no offence code leads to counts nothing. The codes listed here are in the
-- definition although no five-digit code of theirs is confirmed: their class stands in for them.
select definition_id, version, prc_code
from {{ ref('definition_members') }}
where prc_code not in (select prc_code from {{ ref('offence_codes') }})
    and prc_code not in ('8S', '10A', '10B', '10C', '10D', '29A', '31A', '34A', '34B')
