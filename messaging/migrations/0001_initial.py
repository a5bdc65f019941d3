from django.db import migrations
from practice.first_tables import FirstTables
class Migration(FirstTables):
    initial = True
    dependencies = []
    operations = []
