{#- The exact conditional test of two years' counts of which the smaller is under 100: given their sum, the smaller is
    binomial with a probability of a half if nothing changed. Plain SQL: the logarithms of the binomial coefficients are
    running sums, ln C(n, k) = sum of ln((n - i + 1) / i) for i from 1 to k. The limits of the ratio follow from those of
    the binomial probability [Clopper and Pearson 1934], which halving finds: forty turns leave less than 1e-12. -#}
{%- set exact_below = 100 -%}
{%- set turns = 40 -%}

with recursive metric_years as (

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

),

list_limits as (

    -- The lower limit leaves 2.5 % for as many and more, the upper for as many and fewer. None is less than none.
    select
        smaller,
        larger,
        'lower' as side,
        smaller - 1 as last_term,
        9.75e-1 as tail
    from list_pairs
    where smaller > 0
    union all
    select
        smaller,
        larger,
        'upper' as side,
        smaller as last_term,
        2.5e-2 as tail
    from list_pairs

),

halve_brackets as (

    select
        *,
        0 as turn,
        0e0 as low,
        1e0 as high
    from list_limits
    union all
    select
        smaller,
        larger,
        side,
        last_term,
        tail,
        turn + 1 as turn,
        case when found_tail > tail then (low + high) / 2 else low end as low,
        case when found_tail > tail then high else (low + high) / 2 end as high
    from (
        select
            halve_brackets.smaller,
            halve_brackets.larger,
            halve_brackets.side,
            halve_brackets.last_term,
            halve_brackets.tail,
            halve_brackets.turn,
            halve_brackets.low,
            halve_brackets.high,
            sum(
                exp(
                    weigh_terms.log_ways
                    + weigh_terms.term * ln((halve_brackets.low + halve_brackets.high) / 2)
                    + (halve_brackets.smaller + halve_brackets.larger - weigh_terms.term)
                    * ln(1 - (halve_brackets.low + halve_brackets.high) / 2)
                )
            ) as found_tail
        from halve_brackets
        inner join weigh_terms
            on
                halve_brackets.smaller = weigh_terms.smaller
                and halve_brackets.larger = weigh_terms.larger
                and halve_brackets.last_term >= weigh_terms.term
        where halve_brackets.turn < {{ turns }}
        group by
            halve_brackets.smaller,
            halve_brackets.larger,
            halve_brackets.side,
            halve_brackets.last_term,
            halve_brackets.tail,
            halve_brackets.turn,
            halve_brackets.low,
            halve_brackets.high
    )

),

find_limits as (

    select
        smaller,
        larger,
        max(case when side = 'lower' then low / (1 - low) end) as ratio_lower,
        max(case when side = 'upper' then low / (1 - low) end) as ratio_upper
    from halve_brackets
    where turn = {{ turns }}
    group by smaller, larger

)

select
    sum_tails.smaller,
    sum_tails.larger,
    sum_tails.p_value,
    round(coalesce(find_limits.ratio_lower, 0e0), 9) as ratio_lower,
    round(find_limits.ratio_upper, 9) as ratio_upper
from sum_tails
inner join find_limits
    on
        sum_tails.smaller = find_limits.smaller
        and sum_tails.larger = find_limits.larger
