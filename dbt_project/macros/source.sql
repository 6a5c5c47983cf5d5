{#- A source, with the folder of the lake in the place of $lake in its external location. Read when SQL is compiled and not
    in the configuration of sources: a lake at another path would have the whole project parsed again, 15 s of a
    processor. Relative to this project, in which dbt runs. -#}
{%- macro source(source_name, table_name) -%}
    {%- set relation = builtins.source(source_name, table_name) -%}
    {%- if execute and relation.external -%}
        {%- set lake = env_var('VRP_DATA_LAKE', '../data_lake') -%}
        {%- set relation = relation.replace(external=relation.external | replace('$lake', lake)) -%}
    {%- endif -%}
    {%- do return(relation) -%}
{%- endmacro -%}
