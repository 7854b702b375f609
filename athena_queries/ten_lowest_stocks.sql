-- table: gold.inventory
-- The ten products of which least is left: everything received minus everything sold.
SELECT
    product,
    SUM(units_received) AS units_received,
    SUM(units_sold) AS units_sold,
    SUM(units_received) - SUM(units_sold) AS stock_left
FROM ${GoldDatabase}.inventory
GROUP BY product
ORDER BY stock_left ASC, product ASC
LIMIT 10
