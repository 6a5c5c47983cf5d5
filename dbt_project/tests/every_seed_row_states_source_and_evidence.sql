{#- A partnership corrects definitions by editing tables, so each row says where it comes from and how sure it is.
    The metrics and the feeds they need are the report's own and state a source only. -#}
{%- set seeds_with_evidence = [
    'partnership_districts', 'offence_codes', 'definitions', 'definition_members', 'event_types', 'location_types',
    'snomed_codes', 'definition_bridges', 'harm_weights', 'violence_kinds', 'age_bands', 'partnership_agencies'
] -%}

with seeds as (

    {% for seed in seeds_with_evidence -%}
        select
            '{{ seed }}' as seed,
            source,
            evidence
        from {{ ref(seed) }}
        union all
    {% endfor -%}
    select
        'metrics' as seed,
        source,
        'P' as evidence
    from {{ ref('metrics') }}
    union all
    select
        'feed_requirements' as seed,
        source,
        'P' as evidence
    from {{ ref('feed_requirements') }}

)

select * from seeds
where source is null or coalesce(evidence, 'none') not in ('S', 'K', 'P')
