{#- The one shape of event records, as a list of columns to select. A column the feed does not tell is null, or says
    that nothing is recorded; it is never guessed. Any other column the selected CTE has to have.
    `is_crime`: whether the feed records crimes; only the force does. `untold`: what else the feed does not tell. -#}
{% macro event_record_columns(is_crime=false, untold=[]) -%}
    {%- set unknown_text = 'cast(null as string)' -%}
    {%- set unknown_flag = 'cast(null as boolean)' -%}
    {%- set columns = {
        'agency': none,
        'feed': none,
        'month': none,
        'record_id': none,
        'agency_record': none,
        'agency_incident': unknown_text,
        'occurred_from': 'cast(null as timestamp)',
        'occurred_until': none,
        'occurred_precision': none,
        'recorded_date': none,
        'reported_at': none,
        'location_type': unknown_text,
        'is_public_place': unknown_flag,
        'residence_lsoa_code': unknown_text,
        'kind': none,
        'weapon': unknown_text,
        'injury': unknown_text,
        'has_victim': none,
        'victim_age': 'cast(null as integer)',
        'victim_sex': unknown_text,
        'pseudonym': unknown_text,
        'pseudonym_kind': unknown_text,
        'status': none,
        'delivery_id': none,
        'crimes': '0',
        'offence_code': unknown_text,
        'prc_code': unknown_text,
        'offence_group': unknown_text,
        'tier': unknown_text,
        'is_serious_violence': 'false',
        'is_serious_violence_excluding_possession': 'false',
        'is_homicide': 'false',
        'is_ons_knife_offence': 'false',
        'is_serious_youth_violence': 'false',
        'harm_days': 'cast(null as double)',
        'is_knife_enabled': unknown_flag,
        'knife_method': "'not recorded'",
        'is_firearm_enabled': unknown_flag,
        'is_domestic': unknown_flag
    } -%}
    {%- set of_crimes = [
        'location_type', 'is_public_place', 'injury', 'crimes', 'offence_code', 'prc_code', 'offence_group', 'tier',
        'is_serious_violence', 'is_serious_violence_excluding_possession', 'is_homicide', 'is_ons_knife_offence',
        'is_serious_youth_violence', 'harm_days', 'is_domestic'
    ] -%}
    {%- set left_out = untold if is_crime else untold + of_crimes -%}
    {%- for column, value in columns.items() -%}
        {%- if column in left_out %}{{ value }} as {% endif %}{{ column }}
        {%- if not loop.last %},
        {% endif -%}
    {%- endfor -%}
{%- endmacro %}
