-- table: gold.sales
-- The ten products that sold most units, and how many of them each region bought.
WITH products AS (
    SELECT
        product,
        SUM(units_sold) AS total
    FROM ${GoldDatabase}.sales
    GROUP BY product
    ORDER BY total DESC, product ASC
    LIMIT 10
)

SELECT
    sales.product,
    sales.customer_region,
    SUM(sales.units_sold) AS units_sold
FROM ${GoldDatabase}.sales AS sales
INNER JOIN products ON sales.product = products.product
GROUP BY sales.product, sales.customer_region, products.total
ORDER BY products.total DESC, sales.product ASC, units_sold DESC, sales.customer_region ASC
