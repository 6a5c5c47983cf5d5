{#- The definition by hand, apart from its seeds: codes of each tier, and the neighbours that must stay out. Wherever
    version 1 counts the oldest months; a partnership that counts them by a later version has a list of its own. -#}
{%- set tiers = {
    'homicide': ['00101', '00102', '00401', '00402', '00410'],
    'attempted murder and wounding with intent': ['00200', '00501', '005'],
    'wounding without intent': ['00801'],
    'actual bodily harm': ['00806'],
    'other or unspecified assault with injury': ['00802', '00820', '00821', '00857', '00859'],
    'robbery': ['03401', '034'],
    'weapon possession': ['010', '081', '090'],
    'arson endangering life': ['05601'],
    'aggravated burglary': ['029', '031'],
    'none': ['00301', '00404', '00877', '10501', '05602', '028', '019', '06500']
} -%}

with list_expected as (

    select
        by_hand.offence_code,
        by_hand.tier
    from (
        values
        {%- for tier, codes in tiers.items() %}{% set last_tier = loop.last %}{% for code in codes %}
            ('{{ code }}', '{{ tier }}'){% if not (last_tier and loop.last) %},{% endif %}
        {%- endfor %}{% endfor %}
    ) as by_hand (offence_code, tier)

),

compare_with_seeds as (

    select
        list_expected.offence_code,
        list_expected.tier as expected_tier,
        coalesce(codes.tier, 'none') as tier,
        codes.is_serious_violence,
        codes.is_serious_violence_excluding_possession
    from list_expected
    left join {{ ref('int_offence_codes') }} as codes
        on list_expected.offence_code = codes.offence_code and codes.valid_from = date '1900-01-01'
    inner join {{ ref('int_definition_periods') }} as periods
        on
            periods.definition_id = 'SV_HIOW'
            and periods.version = 1
            and periods.valid_from = date '1900-01-01'

)

select * from compare_with_seeds
where
    tier <> expected_tier
    or is_serious_violence is null
    or is_serious_violence <> (expected_tier <> 'none')
    or is_serious_violence_excluding_possession <> (expected_tier not in ('none', 'weapon possession'))
