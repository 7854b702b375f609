"""A made-up electronics retailer whose three tables agree with each other."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from copperline.contract import reference

Row = dict[str, Any]

START = date(2024, 1, 1)
FIRST = (
    "Ana",
    "Bruno",
    "Carla",
    "Davi",
    "Elisa",
    "Fábio",
    "Gabriela",
    "Heitor",
    "Isabela",
    "João",
    "Larissa",
    "Marcos",
)
LAST = ("Almeida", "Barros", "Cardoso", "Duarte", "Esteves", "Farias", "Gomes", "Lima", "Moreira", "Nunes", "Ramos")
CITIES = ("Vila Nova", "Porto Alto", "Campo Belo", "Serra Azul", "Santa Rita", "Boa Vista do Sul")
CHANNELS = ("Loja 1", "Loja 2", "e-commerce")
ORIGINS = ("Loja", "Loja", "Facebook", "Instagram")
PAYMENTS = ("PIX", "Dinheiro", "Cartão de crédito", "Cartão de débito")
PLATFORMS = ("X (Twitter)", "X (Twitter)", "Facebook", "Facebook", "Instagram", "TikTok")
WORDS = {
    1: ("Não recomendo.", "Parou de funcionar na primeira semana."),
    2: ("Esperava mais.", "Chegou riscado."),
    3: ("É um produto regular.", "Ok, mas achei caro."),
    4: ("Gostei bastante.", "Boa qualidade pelo preço."),
    5: ("Adorei! Funciona perfeitamente.", "Superou as expectativas."),
}
FIRST_DELIVERY = 100  # units of each product, beside what the first month sells


def sales(random: Random, rows: int, days: int) -> list[Row]:
    """As many sales over the days from `START`, in the order of their moments."""
    products = _products()
    states = list(reference("states", "name", "region").items())
    customers = [_customer(random, number, states) for number in range(max(rows // 20, 1))]
    first = datetime.combine(START, time(), UTC)
    moments = sorted(first + timedelta(seconds=random.randrange(days * 86400)) for _ in range(rows))
    return [
        _sale(random, number, at, random.choice(products), random.choice(customers))
        for number, at in enumerate(moments)
    ]


def inventory(random: Random, sold: list[Row], days: int) -> list[Row]:
    """A stock take a product and month: each month opens with what the month before left, the first with nothing."""
    units: dict[tuple[int, int, int], int] = defaultdict(int)
    for row in sold:
        units[row["ID_produto"], row["Ano"], row["Mês"]] += row["Quantidade"]
    stock: dict[int, int] = defaultdict(int)
    rows: list[Row] = []
    for number, month in enumerate(_months(days)):
        first = 0 if number else FIRST_DELIVERY
        for product in _products():
            out = units[product["ID_produto"], month.year, month.month]
            new = max(out + first + random.randrange(-10, 20), out - stock[product["ID_produto"]], 0)
            rows.append(_stock_take(random, len(rows), month, product, stock[product["ID_produto"]], new, out))
            stock[product["ID_produto"]] += new - out
    return rows


def ratings(random: Random, rows: int, days: int) -> list[Row]:
    """As many comments over the days."""
    products = _products()
    return [_comment(random, number, days, random.choice(products)) for number in range(rows)]


def _products() -> list[Row]:
    categories = reference("products", "product", "category")
    prices = reference("products", "product", "list_price")
    numbers = reference("products", "product", "product_id")
    return [
        {
            "ID_produto": int(numbers[name]),
            "Produto": name,
            "Categoria_produto": categories[name],
            "Preco_unitario": float(prices[name]),
        }
        for name in numbers
    ]


def _customer(random: Random, number: int, states: list[tuple[str, str]]) -> Row:
    state, region = random.choice(states)
    return {
        "ID_cliente": number,
        "Nome_cliente": f"{random.choice(FIRST)} {random.choice(LAST)} {random.choice(LAST)}",
        "Genero_cliente": random.choice(("Feminino", "Masculino")),
        "Idade_cliente": random.randrange(18, 80),
        "Cidade_cliente": random.choice(CITIES),
        "UF_cliente": state,
        "Regiao_cliente": region,
    }


def _sale(random: Random, number: int, at: datetime, product: Row, customer: Row) -> Row:
    return {
        "ID_venda": number,
        "Dia": at.day,
        "Mês": at.month,
        "Ano": at.year,
        "Horario": f"{at:%H:%M:%S}",
        "Canal_venda": random.choice(CHANNELS),
        "Origem_venda": random.choice(ORIGINS),
        **product,
        "Quantidade": random.randrange(1, 4),
        "Metodo_pagamento": random.choice(PAYMENTS),
        **customer,
        "Avaliacao": random.choices((1, 2, 3, 4, 5), (5, 10, 15, 30, 40))[0],
    }


def _months(days: int) -> list[date]:
    last = START + timedelta(days=days - 1)
    count = (last.year - START.year) * 12 + last.month - START.month + 1
    return [date(START.year + at // 12, at % 12 + 1, 1) for at in range(count)]


def _stock_take(random: Random, number: int, month: date, product: Row, stock: int, new: int, out: int) -> Row:
    return {
        "ID_estoque": number,
        "ID_produto": product["ID_produto"],
        "Produto": product["Produto"].replace(" ", "_"),
        "Categoria_produto": product["Categoria_produto"],
        "Data": f"{month:%Y/%m/%d}",
        "Horario": f"{random.randrange(7, 23):02}:{random.randrange(60):02}:00",
        "Quantidade_em_estoque": stock,
        "Quantidade_novos_produtos": new,
        "Quantidade_vendida": out,
    }


def _comment(random: Random, number: int, days: int, product: Row) -> Row:
    rating = random.choices((1, 2, 3, 4, 5), (5, 10, 15, 30, 40))[0]
    return {
        "ID_social": number,
        "Data": f"{START + timedelta(days=random.randrange(days)):%Y-%m-%d}",
        "Influencia_autor": random.randrange(100, 100_000),
        "Plataforma": random.choice(PLATFORMS),
        "Nome_produto": product["Produto"],
        "Categoria_produto": product["Categoria_produto"],
        "Comentario": f"{random.choice(WORDS[rating])} #{_hashtag(product['Produto'])} Nota {rating}",
    }


def _hashtag(product: str) -> str:
    plain = unicodedata.normalize("NFKD", product)
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())
