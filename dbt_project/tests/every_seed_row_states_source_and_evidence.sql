{#- A partnership corrects definitions by editing tables, so each row says where it comes from and how sure it is. -#}
{%- set seeds = [
    'admission_methods', 'age_bands', 'comparator_breaks', 'completeness_limits', 'context_feeds', 'default_places', 'definition_bridges', 'definition_members',
    'definitions',
    'event_types', 'feed_requirements', 'harm_weights', 'location_types', 'metrics', 'most_similar_forces', 'offence_codes',
     'partnership_agencies', 'partnership_districts', 'police_forces', 'public_names', 'snomed_codes', 'standard_population',
    'subject_names', 'unit_costs', 'violence_kinds'
] -%}

with seed_rows as (

    {% for seed in seeds -%}
        select
            '{{ seed }}' as seed,
            source,
            evidence
        from {{ ref(seed) }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

)

select * from seed_rows
where source is null or coalesce(evidence, 'none') not in ('S', 'K', 'P')
