using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Upkeep;
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

    private ServiceHost Service() => new(
        new Settings(null, new Dictionary<string, string> { ["SNAPSHOTBOT_DATA"] = _data, ["DOCKER_HOST"] = $"unix://{_data}/none.sock" }.GetValueOrDefault), TimeProvider.System);

    private static async Task<Serving> ServingAsync(ServiceHost service, string address)
    {
        var metrics = new Metrics(await service.GetAsync<OperationServer>(Cancel), await service.GetAsync<OperationReads>(Cancel), await service.GetAsync<FreshnessReads>(Cancel), discord: null);
        var server = new HealthServer(address, new HealthChecks(service, discord: null, TimeProvider.System), metrics, NullLogger.Instance);
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
