
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import people.keys
import people.querysets
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='FailedSignIns',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('count', models.PositiveIntegerField(default=0)),
                ('since', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': 'failed sign-ins',
                'verbose_name_plural': 'failed sign-ins',
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('job_title', models.CharField(blank=True, max_length=200, verbose_name='job title')),
                ('about', models.TextField(blank=True, max_length=4000, verbose_name='about')),
                ('photo', models.ImageField(blank=True, upload_to='photos/', verbose_name='photo')),
                ('skills', models.JSONField(blank=True, default=list, verbose_name='skills')),
                ('uses_shortcuts', models.BooleanField(default=True, verbose_name='single-key shortcuts')),
                ('username_key', people.keys.UsernameKeyField(of=('username',), unique=True)),
                ('sort_key', people.keys.SortKeyField(db_index=True, of=('first_name', 'last_name', 'username'))),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'ordering': ['sort_key', 'pk'],
            },
            managers=[
                ('objects', people.querysets.PersonManager()),
            ],
        ),
        migrations.CreateModel(
            name='AccountLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('invitation', 'Invitation'), ('reset', 'New password')], max_length=12)),
                ('token_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='account_links', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'account link',
                'verbose_name_plural': 'account links',
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('member', 'Member'), ('editor', 'Editor'), ('owner', 'Owner')], default='member', max_length=8, verbose_name='role')),
                ('joined_at', models.DateTimeField(auto_now_add=True, verbose_name='joined at')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
            },
        ),
        migrations.CreateModel(
            name='Space',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True, validators=[django.core.validators.RegexValidator('^(?!-+$)[a-z0-9][a-z0-9-]*$', 'Use lower case letters, numbers and hyphens.')], verbose_name='short name')),
                ('name', models.CharField(max_length=200, validators=[people.keys.validate_seen], verbose_name='name')),
                ('sort_key', people.keys.SortKeyField(of=('name',))),
                ('kind', models.CharField(choices=[('department', 'Department'), ('community', 'Community'), ('project', 'Project')], default='department', max_length=12, verbose_name='kind')),
                ('description', models.TextField(blank=True, max_length=1000, verbose_name='description')),
                ('see', models.CharField(choices=[('staff', 'All staff'), ('members', 'Members only')], default='staff', max_length=8, verbose_name='who can see it')),
                ('join', models.CharField(choices=[('open', 'Anyone can join'), ('request', 'On request'), ('invited', 'By invitation')], default='request', max_length=8, verbose_name='who can join')),
                ('write', models.CharField(choices=[('members', 'Members'), ('editors', 'Editors and owners')], default='members', max_length=8, verbose_name='who can write')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('members', models.ManyToManyField(related_name='spaces', through='people.Membership', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'space',
                'verbose_name_plural': 'spaces',
                'ordering': ['sort_key', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='membership',
            name='space',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='people.space'),
        ),
        migrations.CreateModel(
            name='JoinRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='why')),
                ('requested_at', models.DateTimeField(auto_now_add=True, verbose_name='requested at')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='join_requests', to=settings.AUTH_USER_MODEL)),
                ('space', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='join_requests', to='people.space')),
            ],
            options={
                'verbose_name': 'join request',
                'verbose_name_plural': 'join requests',
                'ordering': ['requested_at'],
            },
        ),
        migrations.CreateModel(
            name='FormKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('digest', models.CharField(max_length=64)),
                ('url', models.CharField(blank=True, default='', max_length=2000)),
                ('page', models.BigIntegerField(null=True)),
                ('revision', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'submitted form',
                'verbose_name_plural': 'submitted forms',
                'constraints': [models.UniqueConstraint(fields=('person', 'key', 'digest'), name='one_form_is_taken_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='space',
            constraint=models.CheckConstraint(condition=models.Q(('see__in', ['staff', 'members'])), name='space_see_is_known'),
        ),
        migrations.AddConstraint(
            model_name='space',
            constraint=models.CheckConstraint(condition=models.Q(('slug', '-'), _negated=True), name='space_slug_is_not_a_hyphen'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('person', 'space'), name='one_membership_a_person_and_space'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['member', 'editor', 'owner'])), name='membership_role_is_known'),
        ),
        migrations.AddConstraint(
            model_name='joinrequest',
            constraint=models.UniqueConstraint(fields=('person', 'space'), name='one_request_a_person_and_space'),
        ),
    ]
