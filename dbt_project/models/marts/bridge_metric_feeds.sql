with feed_requirements as (

    select * from {{ ref('feed_requirements') }}

),

shape_requirements as (

    select
        metric_id,
        feed,
        feed_in_words
    from feed_requirements

)

select * from shape_requirements
