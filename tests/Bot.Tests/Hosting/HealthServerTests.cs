using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Hosting.Discord;
using SnapshotBot.Bot.Tests.Notifications;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Chat;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Upkeep;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Bot.Tests.Hosting;

public sealed class HealthServerTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("sb-health-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Metrics_CatalogCantBeReadForAWhile_SaysSoAndAnswersAgain()
    {
        await using var service = Service();
        var port = Ports.Free();
        await using var server = await ServingAsync(service, $"127.0.0.1:{port}");
        using var client = new HttpClient();
        var metrics = new Uri($"http://127.0.0.1:{port}/metrics");
        (await client.GetAsync(metrics, Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await ChangeAsync("ALTER TABLE operations RENAME TO away");
        (await client.GetAsync(metrics, Cancel)).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        await ChangeAsync("ALTER TABLE away RENAME TO operations");

        (await client.GetAsync(metrics, Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("0.0.0.0", true)]
    public async Task Serve_Address_IsReachedFromElsewhereOnlyWhereItSaysEveryAddress(string address, bool isReached)
    {
        await using var service = Service();
        var port = Ports.Free();
        await using var server = await ServingAsync(service, $"{address}:{port}");
        using var client = new HttpClient();

        // Another address of this machine, as what a container's port is led to.
        var elsewhere = new Uri($"http://127.0.0.2:{port}/health/live");
        if (isReached)
        {
            (await client.GetStringAsync(elsewhere, Cancel)).ShouldContain("live");
        }
        else
        {
            _ = await Should.ThrowAsync<HttpRequestException>(() => client.GetStringAsync(elsewhere, Cancel));
        }

        // The image's own check, which knows no other address than the one that is listened at.
        var check = await RealProgram.RunAsync(new Dictionary<string, string> { ["SNAPSHOTBOT_DATA"] = _data, ["SNAPSHOTBOT_HEALTH"] = $"{address}:{port}" }, "health", "--json");
        check.Output.ShouldContain("\"runner\":false", Case.Sensitive, check.Errors);
    }

    [Fact]
    public async Task Ready_EachPartTakenAway_SaysWhichAndIsReadyAgain()
    {
        await using var engine = await EngineBench.OpenAsync(TestEngine.Old, Cancel);
        var repository = Path.Combine(_data, "kept");
        var environment = new Dictionary<string, string>
        {
            ["SNAPSHOTBOT_DATA"] = _data,
            ["SNAPSHOTBOT_REPOSITORY"] = repository,
            ["SNAPSHOTBOT_REPOSITORY_PASSWORD"] = "a password of this test's own",
            ["DOCKER_HOST"] = engine.Test.Endpoint.Text,
        };
        (await RealProgram.RunAsync(environment, "repository", "init")).Exit.ShouldBe(0);

        // Of an empty one nobody could tell that it is gone: before the first snapshot there need be none.
        (await RealProgram.RunAsync(environment, "repository", "archive", AppContext.BaseDirectory + "Clients")).Exit.ShouldBe(0);
        var settings = new Settings(null, environment.GetValueOrDefault);
        await using var service = new ServiceHost(settings, TimeProvider.System);
        var clock = new FakeTimeProvider();
        var chat = new FakeChat();
        var discord = await DiscordHost.CreateAsync(chat, service, settings, NullLogger.Instance, TimeProvider.System, Cancel);
        var runner = await service.GetAsync<OperationServer>(Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = runner.RunAsync(
            told =>
            {
                _ = told is ServeEvent.Ready && ready.TrySetResult();
                return Task.CompletedTask;
            },
            stop.Token);
        await ready.Task.WaitAsync(Cancel);
        var port = Ports.Free();
        await using (var server = await ServingAsync(service, $"127.0.0.1:{port}", new HealthChecks(service, discord, clock)))
        {
            using var client = new HttpClient();
            async Task<(HttpStatusCode Status, string Missing)> LookAsync()
            {
                // What it found last is good for a few seconds.
                clock.Advance(TimeSpan.FromSeconds(6));
                using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"), Cancel);
                var report = HealthJson.Read(await answer.Content.ReadAsStringAsync(Cancel))!;
                report.Parts.Count.ShouldBe(5);
                return (answer.StatusCode, string.Join(' ', report.Parts.Where(part => !part.Value).Select(part => part.Key)));
            }

            (await LookAsync()).ShouldBe((HttpStatusCode.OK, ""));

            chat.Health = new ChatHealth(ChatConnection.Reconnecting);
            (await LookAsync()).ShouldBe((HttpStatusCode.ServiceUnavailable, "gateway"));
            chat.Health = new ChatHealth(ChatConnection.Connected);
            (await LookAsync()).ShouldBe((HttpStatusCode.OK, ""));

            Directory.Move(repository, repository + "-away");
            (await LookAsync()).ShouldBe((HttpStatusCode.ServiceUnavailable, "repository"));
            Directory.Move(repository + "-away", repository);
            (await LookAsync()).ShouldBe((HttpStatusCode.OK, ""));

            await stop.CancelAsync();
            _ = await running;
            (await LookAsync()).ShouldBe((HttpStatusCode.ServiceUnavailable, "runner"));
        }
    }

    private ServiceHost Service() => new(
        new Settings(null, new Dictionary<string, string> { ["SNAPSHOTBOT_DATA"] = _data, ["DOCKER_HOST"] = $"unix://{_data}/none.sock" }.GetValueOrDefault), TimeProvider.System);

    private static Task<Serving> ServingAsync(ServiceHost service, string address) =>
        ServingAsync(service, address, new HealthChecks(service, discord: null, TimeProvider.System));

    private static async Task<Serving> ServingAsync(ServiceHost service, string address, HealthChecks checks)
    {
        var metrics = new Metrics(await service.GetAsync<OperationServer>(Cancel), await service.GetAsync<OperationReads>(Cancel), await service.GetAsync<FreshnessReads>(Cancel), discord: null);
        var server = new HealthServer(address, checks, metrics, NullLogger.Instance);
        return new Serving(server);
    }

    private async Task ChangeAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_data, "catalog.db")};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        _ = await command.ExecuteNonQueryAsync(Cancel);
    }

    private sealed class Serving : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _serving;

        public Serving(HealthServer server) => _serving = server.RunAsync(_stop.Token);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _serving;
            _stop.Dispose();
        }
    }
}
