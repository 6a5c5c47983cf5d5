-- The definition by hand, apart from its seeds: one code of each tier, and the neighbours that must stay out.
with list_expected as (

    select '00101' as offence_code, 'homicide' as tier
    union all select '00410' as offence_code, 'homicide' as tier
    union all select '00200' as offence_code, 'attempted murder and wounding with intent' as tier
    union all select '00501' as offence_code, 'attempted murder and wounding with intent' as tier
    union all select '005' as offence_code, 'attempted murder and wounding with intent' as tier
    union all select '00801' as offence_code, 'assault with injury' as tier
    union all select '00806' as offence_code, 'assault with injury' as tier
    union all select '00859' as offence_code, 'assault with injury' as tier
    union all select '03401' as offence_code, 'robbery' as tier
    union all select '010' as offence_code, 'weapon possession' as tier
    union all select '081' as offence_code, 'weapon possession' as tier
    union all select '090' as offence_code, 'weapon possession' as tier
    union all select '05601' as offence_code, 'arson endangering life' as tier
    union all select '029' as offence_code, 'aggravated burglary' as tier
    union all select '031' as offence_code, 'aggravated burglary' as tier
    union all select '00301' as offence_code, null as tier
    union all select '00404' as offence_code, null as tier
    union all select '00877' as offence_code, null as tier
    union all select '10501' as offence_code, null as tier
    union all select '05602' as offence_code, null as tier
    union all select '028' as offence_code, null as tier
    union all select '019' as offence_code, null as tier
    union all select '06500' as offence_code, null as tier

)

select
    list_expected.offence_code,
    list_expected.tier as expected_tier,
    codes.tier
from list_expected
left join {{ ref('int_offence_codes') }} as codes on list_expected.offence_code = codes.offence_code
where codes.offence_code is null
    or coalesce(codes.tier, 'none') <> coalesce(list_expected.tier, 'none')
    or codes.is_serious_violence <> (list_expected.tier is not null)
    or codes.is_serious_violence_excluding_possession
    <> (list_expected.tier is not null and list_expected.tier <> 'weapon possession')
