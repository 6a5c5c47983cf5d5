-- A partnership corrects definitions by editing tables, so each row says where it comes from and how sure it is.
{%- set seeds_with_evidence = [
    'partnership_districts', 'offence_codes', 'definitions', 'definition_members', 'event_types', 'location_types',
    'snomed_codes'
] %}
{%- for seed in seeds_with_evidence %}
select '{{ seed }}' as seed, source, evidence
from {{ ref(seed) }}
where source is null or evidence is null or evidence not in ('S', 'K', 'P')
union all
{%- endfor %}
{%- for seed in ['metrics', 'feed_requirements'] %}
select '{{ seed }}' as seed, source, cast(null as {{ dbt.type_string() }}) as evidence
from {{ ref(seed) }}
where source is null
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
