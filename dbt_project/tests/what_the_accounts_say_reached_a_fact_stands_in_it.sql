-- Promise 1: the incidents and events the accounts name are exactly those of the facts.
with name_reached as (

    select distinct 'incident' as fact, incident_id as id, 1 as in_accounts, 0 as in_fact
    from {{ ref('int_row_accounts') }}
    where destination = 'incident'
    union all
    select distinct 'event' as fact, event_id as id, 1 as in_accounts, 0 as in_fact
    from {{ ref('int_row_accounts') }}
    where destination = 'event'
    union all
    select 'incident' as fact, incident_id as id, 0 as in_accounts, 1 as in_fact
    from {{ ref('fct_serious_violence_incidents') }}
    union all
    select 'event' as fact, event_id as id, 0 as in_accounts, 1 as in_fact from {{ ref('fct_events') }}

)

select fact, id, sum(in_accounts) as in_accounts, sum(in_fact) as in_fact
from name_reached
group by fact, id
having sum(in_accounts) <> 1 or sum(in_fact) <> 1
