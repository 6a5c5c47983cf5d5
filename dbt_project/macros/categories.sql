{#- Code values that several feeds spell differently, in one spelling. -#}

{#- Police letters (M, F, X, U), NHS digits (1, 2, 9, 0) and words (Male, Female, Other) in one wording; blank is
    unknown. -#}
{% macro sex_in_words(column) -%}
    case
            when {{ column }} in ('M', '1', 'Male') then 'male'
            when {{ column }} in ('F', '2', 'Female') then 'female'
            when {{ column }} in ('X', '9', 'Other') then 'other'
            else 'unknown'
        end
{%- endmacro %}

{#- Whether `flag` stands in a list separated by semicolons; null where the list is blank. -#}
{% macro has_flag(list_column, flag) -%}
    (';' || replace(upper({{ list_column }}), ' ', '') || ';') like '%;{{ flag }};%'
{%- endmacro %}

{#- A name as a key: lower case, without spaces at the ends; a blank name is null. -#}
{% macro name_key(column) -%}
    nullif(lower(trim({{ column }})), '')
{%- endmacro %}

{#- Whether somebody was under 25 at the event: single years of age in, so that the 25th birthday is 25 and over. -#}
{% macro victim_age_group(age) -%}
    case
            when {{ age }} < 25 then 'under 25'
            when {{ age }} is null then 'unknown'
            else '25 and over'
        end
{%- endmacro %}

{#- The five groups of the 18+1 codes (W1 to O9); not stated and blank are unknown. -#}
{% macro ethnic_group(column) -%}
    case substr(upper({{ column }}), 1, 1)
            when 'W' then 'white'
            when 'M' then 'mixed'
            when 'A' then 'asian'
            when 'B' then 'black'
            when 'O' then 'other'
            else 'unknown'
        end
{%- endmacro %}

{#- The key of an age in dim_age_band: the age as text, or unknown. -#}
{% macro age_key(age) -%}
    coalesce(cast({{ age }} as string), 'unknown')
{%- endmacro %}
