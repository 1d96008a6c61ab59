// A bot on discord.js, a client nobody here wrote: logs in, registers commands, answers what people press, and is told over stdin what to do.
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [modules, api, token, compress] = process.argv.slice(2);
const discord = await import(pathToFileURL(`${modules}/node_modules/discord.js/src/index.js`));
const { Client, GatewayIntentBits, MessageFlags } = discord.default ?? discord;

const say = line => process.stdout.write(JSON.stringify(line) + '\n');
const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages],
  rest: { api, version: '10' },
  ws: { compression: compress === 'zlib-stream' ? 'zlib-stream' : null },
});

client.on('debug', text => { if (process.env.SAY_ALL) process.stderr.write(text + '\n'); });
client.on('error', error => say({ event: 'error', text: String(error) }));
client.on('shardDisconnect', (close, id) => say({ event: 'disconnect', code: close.code }));
client.on('shardReconnecting', () => say({ event: 'reconnecting' }));
client.on('shardResume', (id, replayed) => say({ event: 'resumed', replayed }));
client.on('guildCreate', guild => say({ event: 'guild', name: guild.name }));
client.on('messageDelete', message => say({ event: 'deleted', id: message.id }));
client.on('clientReady', async () => {
  const commands = await client.application.commands.set([
    {
      name: 'snapshot', description: 'Snapshots', options: [
        {
          type: 1, name: 'create', description: 'Takes one', options: [
            { type: 3, name: 'server', description: 'Which', required: true, autocomplete: true },
            { type: 5, name: 'lock', description: 'Keep it' },
          ],
        },
      ],
    },
  ]);
  const guild = client.guilds.cache.first();
  say({
    event: 'ready', user: client.user.id, commands: commands.size, guild: guild.name, locale: guild.preferredLocale,
    roles: guild.roles.cache.size, channels: guild.channels.cache.size, me: guild.members.me.id,
  });
});

client.on('interactionCreate', async interaction => {
  try {
    if (interaction.isAutocomplete()) {
      const typed = interaction.options.getFocused();
      await interaction.respond(['modpack', 'valheim'].filter(name => name.startsWith(typed)).map(name => ({ name: `server ${name}`, value: name })));
    } else if (interaction.isChatInputCommand()) {
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      const server = interaction.options.getString('server');
      await interaction.editReply({
        flags: MessageFlags.IsComponentsV2,
        components: [{
          type: 17, accent_color: 0x57f287, components: [
            { type: 10, content: `## ${server} for ${interaction.user.username}, lock ${interaction.options.getBoolean('lock')}` },
            { type: 1, components: [{ type: 2, style: 1, label: 'Name…', custom_id: 'name' }, { type: 2, style: 4, label: 'Delete', custom_id: 'delete' }] },
          ],
        }],
      });
      await interaction.followUp({ content: 'and more', files: [{ attachment: Buffer.from('hello'), name: 'hello.txt' }] });
    } else if (interaction.isButton() && interaction.customId === 'name') {
      await interaction.showModal({
        custom_id: 'form', title: 'Create snapshot', components: [
          { type: 18, label: 'Name', component: { type: 4, custom_id: 'name', style: 1, required: true } },
          { type: 18, label: 'Which', component: { type: 3, custom_id: 'which', options: [{ label: 'A', value: 'a' }, { label: 'B', value: 'b' }] } },
        ],
      });
    } else if (interaction.isButton()) {
      await interaction.update({ components: [{ type: 10, content: 'gone' }], flags: MessageFlags.IsComponentsV2 });
    } else if (interaction.isModalSubmit()) {
      const which = interaction.fields.getStringSelectValues?.('which') ?? ['?'];
      const message = await interaction.channel.send({ content: `named ${interaction.fields.getTextInputValue('name')} of ${which[0]}`, allowedMentions: { parse: [] } });
      await message.pin();
      await message.edit('named at last');
      await interaction.reply({ content: 'done', flags: MessageFlags.Ephemeral });
    }
  } catch (error) {
    say({ event: 'error', text: String(error), code: error.code, raw: JSON.stringify(error.rawError) });
  }
});

createInterface({ input: process.stdin }).on('line', async line => {
  if (line === 'quit') { await client.destroy(); process.exit(0); }
  if (line.startsWith('bad ')) {
    try { await client.channels.cache.get(line.slice(4)).send({ content: 'x'.repeat(2001) }); } catch (error) { say({ event: 'refused', code: error.code, status: error.status, text: error.message }); }
  }
});
try {
  await client.login(token);
} catch (error) {
  say({ event: 'login', text: error.message, code: error.code });
  process.exit(1);
}
