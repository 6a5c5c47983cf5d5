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
