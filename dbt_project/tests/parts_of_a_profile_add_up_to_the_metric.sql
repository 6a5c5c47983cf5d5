-- Crimes of each breakdown add up to M1; records of victims and suspects add up to the same number in each breakdown.
with profile as (

    select
        financial_year,
        unit,
        breakdown,
        sum(value) as value
    from {{ ref('rpt_violence_profile') }}
    where is_complete
    group by financial_year, unit, breakdown

),

metric_years as (

    select
        financial_year,
        value
    from {{ ref('fct_metric_years') }}
    where metric_id = 'M1' and geography_level = 'force' and breakdown = 'all'

),

compare_with_whole as (

    select
        profile.*,
        case
            when profile.unit = 'crimes' then metric_years.value
            else min(profile.value) over (partition by profile.financial_year, profile.unit)
        end as whole_value
    from profile
    inner join metric_years on profile.financial_year = metric_years.financial_year

)

select * from compare_with_whole
where value <> whole_value
