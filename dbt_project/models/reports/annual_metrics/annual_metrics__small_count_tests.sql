{#- The exact conditional test of two years' counts of which the smaller is under 100: given their sum, the smaller is
    binomial with a probability of a half if nothing changed. Plain SQL: the logarithms of the binomial coefficients are
    running sums, ln C(n, k) = sum of ln((n - i + 1) / i) for i from 1 to k. -#}
{%- set exact_below = 100 -%}

with metric_years as (

    select * from {{ ref('fct_metric_years') }}
    where value is not null and base_value is not null

),

list_pairs as (

    select distinct
        least(value, base_value) as smaller,
        greatest(value, base_value) as larger
    from metric_years
    where least(value, base_value) < {{ exact_below }} and value + base_value > 0

),

list_terms as (

    {% for term in range(exact_below) -%}
        select {{ term }} as term
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

weigh_terms as (

    select
        list_pairs.smaller,
        list_pairs.larger,
        list_terms.term,
        sum(
            case
                when list_terms.term = 0 then 0e0
                else ln(1e0 * (list_pairs.smaller + list_pairs.larger - list_terms.term + 1) / list_terms.term)
            end
        ) over (
            partition by list_pairs.smaller, list_pairs.larger
            order by list_terms.term
            rows between unbounded preceding and current row
        ) as log_ways
    from list_pairs
    inner join list_terms on list_pairs.smaller >= list_terms.term

),

sum_tails as (

    -- Both tails are alike at a half, so the two-sided value is twice the lower tail.
    select
        smaller,
        larger,
        round(least(1e0, 2e0 * sum(exp(log_ways - (smaller + larger) * ln(2e0)))), 10) as p_value
    from weigh_terms
    group by smaller, larger

)

select * from sum_tails
