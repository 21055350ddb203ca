SELECT
    products.sku,
    products.name,
    products.kind,
    categories.name AS category,
    categories.parent,
    products.unit,
    products.price_cents,
    products.weight_kg,
    products.for_sale,
    products.description
FROM products
JOIN categories ON categories.id = products.category_id
WHERE NOT products.discontinued AND products.listed_on >= :listed_since
ORDER BY products.sku
