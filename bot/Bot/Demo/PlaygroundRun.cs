using System.Globalization;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Playground;
using SnapshotBot.Playground.Page;
using SnapshotBot.Playground.State;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Demo;

/// <summary>The playground while it is open: a Discord, its page, and the bot as a process that meets them as it meets the real one.</summary>
internal sealed class PlaygroundRun(PlayServers servers, CommandContext context, string dataFolder)
{
    /// <returns>What of the bot's the real Discord would have refused, or dropped without a word.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(int port, CancellationToken cancellationToken)
    {
        // Discord's published specification is no part of this program: whoever has it names it.
        var options = new StandInOptions { Time = context.Time, Specification = context.Settings.Variable("SNAPSHOTBOT_DEMO_SPECIFICATION") };
        await using var discord = await StandIn.StartWithGuildAsync(options, cancellationToken);
        await SetUpAsync(discord.World.Guilds[0], cancellationToken);
        await using var bot = new BotProcess(EnvironmentOf(discord), Path.GetDirectoryName(dataFolder)!, context.Time);
        await using var page = await OpenAsync(discord, bot, port, cancellationToken);
        await bot.DoAsync(PlayBotAct.Start, cancellationToken);
        context.Show(new PlaygroundOpen(page.Url));
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.Time, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how it ends.
        }

        return discord.Ledger.Objections;
    }

    /// <summary>What an admin would do at a terminal: allow the guild, name the roles and channels, add the servers.</summary>
    private async Task SetUpAsync(Guild guild, CancellationToken cancellationToken)
    {
        context.Progress.Report(new StepProgress("setting up", 0, 0, ProgressUnit.None));
        await using var service = new ServiceHost(context.Settings.Apart(dataFolder), context.Time);
        var settings = await service.GetAsync<SettingChanges>(cancellationToken);
        foreach (var (key, id, of) in (IEnumerable<(string, ulong, ulong?)>)
        [
            (SettingKind.Guilds, guild.Id, null),
            (SettingKind.Viewer, guild.Role("Snapshot viewer").Id, guild.Id),
            (SettingKind.Operator, guild.Role("Snapshot operator").Id, guild.Id),
            (SettingKind.Admin, guild.Role("Snapshot admin").Id, guild.Id),
            (SettingKind.Channel, guild.Channel("snapshots").Id, guild.Id),
            (SettingKind.Audit, guild.Channel("audit").Id, guild.Id),
        ])
        {
            await settings.SetAsync(key, id.ToString(CultureInfo.InvariantCulture), of, cancellationToken);
        }

        // Whoever opens the page sits at this machine, and means its time.
        if (await settings.SetAsync(SettingKind.Zone, context.Time.LocalTimeZone.Id, guild.Id, cancellationToken) is SettingOutcome.Refused)
        {
            await settings.SetAsync(SettingKind.Zone, "UTC", guild.Id, cancellationToken);
        }

        var changes = await service.GetAsync<ServerChanges>(cancellationToken);
        foreach (var server in servers.All)
        {
            var request = new AddServer { Name = server.Name, Containers = [server.Container], Guild = guild.Id };
            if (await changes.AddAsync(request, cancellationToken) is ServerOutcome.Refused refused)
            {
                throw new CommandFailedException(RefusalText.Of(refused.Refusal));
            }
        }
    }

    private async Task<PageServer> OpenAsync(StandIn discord, BotProcess bot, int port, CancellationToken cancellationToken)
    {
        try
        {
            return await PageServer.StartAsync(discord, new PageOptions { Port = port, Games = servers.All, Bot = bot }, cancellationToken);
        }
        catch (IOException)
        {
            throw new CommandFailedException(PlaygroundPages.PortTaken(port));
        }
    }

    private Dictionary<string, string?> EnvironmentOf(StandIn discord)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["SNAPSHOTBOT_DATA"] = dataFolder,
            ["DISCORD_TOKEN"] = discord.Token,
            ["DISCORD_API_URL"] = discord.ApiUrl.AbsoluteUri,
        };

        // The same engine: the bot starts away from any .env, where these may stand.
        foreach (var engine in (string[])["DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_CONFIG", "DOCKER_CONTEXT", "SNAPSHOTBOT_HOST_ROOT"])
        {
            environment[engine] = context.Settings.Variable(engine);
        }

        foreach (var others in (string[])["SNAPSHOTBOT_REPOSITORY", "SNAPSHOTBOT_REPOSITORY_PASSWORD", "SNAPSHOTBOT_REPOSITORY_PASSWORD_FILE", "SNAPSHOTBOT_HEARTBEAT_URL", "SNAPSHOTBOT_HEALTH"])
        {
            environment[others] = null;
        }

        return environment;
    }
}
