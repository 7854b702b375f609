-- table: gold.ratings
-- How many units of each product were bought by people who rated it 1, 2, 3, 4 or 5.
SELECT
    product,
    rating,
    units_sold
FROM ${GoldDatabase}.ratings
WHERE units_sold > 0
ORDER BY product ASC, rating ASC
