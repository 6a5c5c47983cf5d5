-- Promise 1, nothing is lost: every row that staging reads stands in the accounts, and nothing else does.
with read_bronze_rows as (

    select 'police__offences' as feed, month, record_id from {{ ref('stg_police__offences') }}
    union all
    select 'police__street_crimes' as feed, month, record_id from {{ ref('stg_police__street_crimes') }}
    union all
    select 'health__emergency_attendances' as feed, month, record_id
    from {{ ref('stg_health__emergency_attendances') }}
    union all
    select 'communities__events' as feed, month, record_id from {{ ref('stg_communities__events') }}

),

count_both as (

    select feed, month, record_id, 1 as in_bronze, 0 as in_accounts from read_bronze_rows
    union all
    select feed, month, record_id, 0 as in_bronze, 1 as in_accounts from {{ ref('int_row_accounts') }}

)

select feed, month, record_id, sum(in_bronze) as in_bronze, sum(in_accounts) as in_accounts
from count_both
group by feed, month, record_id
having sum(in_bronze) <> 1 or sum(in_accounts) <> 1
