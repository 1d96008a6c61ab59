// A bot on discord.js that gives everything its plainest answer: for sessions that were recorded with another bot.
import { pathToFileURL } from 'node:url';

const [modules, api, token, compress] = process.argv.slice(2);
const discord = await import(pathToFileURL(`${modules}/node_modules/discord.js/src/index.js`));
const { Client, GatewayIntentBits, MessageFlags } = discord.default ?? discord;

const say = line => process.stdout.write(JSON.stringify(line) + '\n');
const client = new Client({
  intents: [GatewayIntentBits.Guilds],
  rest: { api, version: '10', retries: 0 },
  ws: { compression: compress === 'zlib-stream' ? 'zlib-stream' : null },
});

client.on('error', error => say({ event: 'error', text: String(error) }));
client.on('clientReady', () => say({ event: 'ready', user: client.user.id }));
client.on('interactionCreate', async interaction => {
  try {
    if (interaction.isAutocomplete()) await interaction.respond([]);
    else if (interaction.isMessageComponent()) await interaction.deferUpdate();
    else await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  } catch (error) {
    // What was recorded elsewhere is nobody's here: the answer is refused, and that it was given is what counts.
    say({ event: 'refused', code: error.code });
  }
});
try {
  await client.login(token);
} catch (error) {
  say({ event: 'login', text: error.message, code: error.code });
  process.exit(1);
}
