"""The databases that others are copied from: which modules they have, and what is done in them once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from tests.real_odoo.parts import PACKAGE

# `give_key(login)` makes an API key of a user and prints it as `keys_in` reads it. Odoo compares a password for a third
# of a second, also with what turns out to be a key, and a key again with each call: by hashes of one round it does not.
GIVE_KEY = """
from datetime import datetime, timedelta
from passlib.hash import pbkdf2_sha512

def give_key(login):
    user = env['res.users'].search([('login', '=', login)])
    key = env['res.users.apikeys'].with_user(user)._generate('rpc', 'tests', datetime.now() + timedelta(days=3600))
    quick = pbkdf2_sha512.using(rounds=1).hash
    env.cr.execute('UPDATE res_users SET password = %s WHERE id = %s', [quick(login), user.id])
    env.cr.execute('UPDATE res_users_apikeys SET key = %s WHERE index = %s', [quick(key), key[:8]])
    env.cr.commit()
    print('KEY', login, key)
"""

ADMIN = "admin"
CLERK = "clerk"  # an internal user who is no administrator; the password is the login

FRENCH = "env['res.lang']._activate_lang('fr_FR')\n"
GERMAN = "env['res.lang']._activate_lang('de_DE')\n"
CHART = """
if not env.company.chart_template:
    env['account.chart.template'].try_loading('generic_coa', company=env.company, install_demo=False)
"""
# What a person switches on in the settings before such data can come: price lists, units, variants, lots, locations.
FEATURES = """
for group in (
    'product.group_product_pricelist', 'uom.group_uom', 'product.group_product_variant', 'stock.group_production_lot',
    'stock.group_stock_multi_locations',
):
    env.ref('base.group_user')._apply_group(env.ref(group))
env.cr.commit()
"""
# Without a country: Odoo would install modules for it.
SECOND_COMPANY = """
second = env['res.company'].create({'name': 'My Company (NL)'})
env['res.users'].search([('login', '=', 'admin')]).company_ids |= second
env.cr.commit()
"""
# Keys of plain users last at most as long as a group of theirs allows, 90 days; a template outlives that.
HIRE_CLERK = f"""
env.ref('base.group_user').api_key_duration = 3650
env['res.users'].with_context(no_reset_password=True).create({{
    'name': 'Clerk', 'login': '{CLERK}', 'password': '{CLERK}', 'group_ids': [(4, env.ref(group).id) for group in (
        'base.group_user', 'base.group_partner_manager', 'product.group_product_manager',
        'sales_team.group_sale_salesman_all_leads', 'account.group_account_invoice', 'hr.group_hr_user',
    )],
}})
"""


@dataclass(frozen=True)
class Template:
    """A database to copy.

    Attributes:
        name: what people call it.
        modules: installed in it, without demo data; separated by commas.
        prepare: Python that Odoo's shell runs in it afterwards.
    """

    name: str
    modules: str
    prepare: str

    @property
    def database(self) -> str:
        """Name of the database; another content has another name."""
        digest = hashlib.sha256((self.modules + self.prepare + PACKAGE).encode()).hexdigest()[:8]
        return f"template_{self.name}_{digest}"


PLAIN = Template("plain", "base,contacts,product", f"{GIVE_KEY}{FRENCH}give_key('{ADMIN}')\n")
BUSINESS = Template(
    "business",
    "contacts,product,sale_management,crm,account,base_vat,hr",
    f"{GIVE_KEY}{FRENCH}{CHART}{HIRE_CLERK}give_key('{ADMIN}')\ngive_key('{CLERK}')\n",
)
MIGRATIONS = Template(
    "migrations",
    "contacts,product,sale_management,purchase,stock,mrp,account,crm,hr,base_vat",
    f"{GIVE_KEY}{FRENCH}{GERMAN}{CHART}{FEATURES}{SECOND_COMPANY}give_key('{ADMIN}')\n",
)
TEMPLATES = {template.name: template for template in (PLAIN, BUSINESS, MIGRATIONS)}


def keys_in(printed: str) -> dict[str, str]:
    """Login to API key, from what the shell printed."""
    lines = [line.split() for line in printed.splitlines()]
    return {words[1]: words[2] for words in lines if len(words) == 3 and words[0] == "KEY"}
