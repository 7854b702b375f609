"""Rows as zoop delivers them, with only what a test cares about spelled out."""

from __future__ import annotations

from typing import Any

SALE = {
    "ID_venda": 1,
    "Dia": 20,
    "Mês": 8,
    "Ano": 2021,
    "Horario": "08:58:00",
    "Canal_venda": "Loja 2",
    "Origem_venda": "Loja",
    "ID_produto": 3,
    "Produto": "Cafeteira",
    "Categoria_produto": "Eletrodomésticos",
    "Preco_unitario": 199.0,
    "Quantidade": 3,
    "Metodo_pagamento": "PIX",
    "ID_cliente": 21,
    "Nome_cliente": "Maria Exemplo",
    "Genero_cliente": "Feminino",
    "Idade_cliente": 28,
    "Cidade_cliente": "Campo Belo",
    "UF_cliente": "Mato Grosso do Sul",
    "Regiao_cliente": "Centro-Oeste",
    "Avaliacao": 4,
}
STOCK = {
    "ID_estoque": 1,
    "ID_produto": 3,
    "Produto": 'Smart_TV_55"',
    "Categoria_produto": "Eletrônicos",
    "Data": "2021/07/01",
    "Horario": "21:45:00",
    "Quantidade_em_estoque": 100,
    "Quantidade_novos_produtos": 20,
    "Quantidade_vendida": 7,
}
COMMENT = {
    "ID_social": 1,
    "Data": "2021-09-07",
    "Influencia_autor": 7864,
    "Plataforma": "Facebook",
    "Nome_produto": "Cafeteira",
    "Categoria_produto": "Eletrodomésticos",
    "Comentario": "Gostei. #Cafeteira Nota 4",
}


def sale(number: int | None, **values: Any) -> dict[str, Any]:
    """A sale of that number."""
    return SALE | {"ID_venda": number} | values


def stock(number: int, **values: Any) -> dict[str, Any]:
    """A line of a stock take of that number."""
    return STOCK | {"ID_estoque": number} | values


def comment(number: int, **values: Any) -> dict[str, Any]:
    """A comment of that number."""
    return COMMENT | {"ID_social": number} | values
