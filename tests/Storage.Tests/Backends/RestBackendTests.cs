using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Testing.Backends;
using Xunit;

namespace SnapshotBot.Storage.Tests.Backends;

/// <summary>The contract against a real server, with a user and a password that need escaping.</summary>
public sealed class RestBackendTests : BackendContract
{
    private static readonly RestCredentials Credentials = new("some one", "p@ss:w/ord%");

    private readonly string _folder = Directory.CreateTempSubdirectory("snapshotbot-").FullName;
    private RcloneServer? _server;

    [Fact]
    public async Task Save_WrongPassword_IsDeniedAndTheMessageHidesIt()
    {
        await using var stranger = new RestBackend(
            _server!.Location with { Credentials = new("some one", "guess") }, new RestBackendOptions(), TimeProvider.System);

        var error = await Should.ThrowAsync<BackendException>(stranger.SaveAsync(RepositoryFile.Config, new byte[1], Token));

        error.Failure.ShouldBe(BackendFailure.Denied);
        error.ToString().ShouldNotContain("guess");
    }

    protected override async Task<IBackend> OpenAsync()
    {
        _server = await RcloneServer.StartAsync(_folder, Credentials, []);
        return BackendFactory.Open(_server.Location, TimeProvider.System);
    }

    protected override async Task CleanUpAsync()
    {
        await _server!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
