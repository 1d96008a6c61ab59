using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using Xunit;

namespace SnapshotBot.Storage.Tests.Backends;

/// <summary>What a REST backend does when the server is unwell, on a clock that moves as soon as somebody waits.</summary>
public sealed class RestRetryTests
{
    private static readonly RepositoryFile Pack = new(FileKind.Pack, ObjectId.Hash([1]));

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);

    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.Zero };
    private readonly ScriptedServer _server = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_ServerUnwellTwice_SucceedsAtTheThirdAttempt()
    {
        _server.Answers(HttpStatusCode.BadGateway).Answers(HttpStatusCode.TooManyRequests).Answers(HttpStatusCode.OK, "abc");

        (await RunAsync(backend => backend.ReadAllAsync(Pack, 100, Token))).ShouldBe("abc"u8.ToArray());

        _server.Seen.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Read_ServerNeverWell_GivesUpAfterItsAttemptsAndSaysSo()
    {
        for (var i = 0; i < 20; i++)
        {
            _server.Answers(HttpStatusCode.ServiceUnavailable);
        }

        var error = await Should.ThrowAsync<BackendException>(RunAsync(backend => backend.ReadAllAsync(Pack, 100, Token)));

        error.Failure.ShouldBe(BackendFailure.Unavailable);
        _server.Seen.Count.ShouldBe(6);
    }

    [Fact]
    public async Task Read_NotThere_IsNotTriedAgain()
    {
        _server.Answers(HttpStatusCode.NotFound);

        var error = await Should.ThrowAsync<BackendException>(RunAsync(backend => backend.ReadAllAsync(Pack, 100, Token)));

        error.Failure.ShouldBe(BackendFailure.NotFound);
        _server.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Read_ServerSilent_TimesOutAndTriesAgain()
    {
        _server.Hangs().Answers(HttpStatusCode.OK, "abc");

        (await RunAsync(backend => backend.ReadAllAsync(Pack, 100, Token))).ShouldBe("abc"u8.ToArray());
    }

    [Fact]
    public async Task Save_AnswerLostAndSecondAttemptRefused_CountsAsSavedWhenTheSizeIsRight()
    {
        _server.Hangs().Answers(HttpStatusCode.Forbidden).Answers(HttpStatusCode.OK, "abc");

        await RunAsync(async backend =>
        {
            await backend.SaveAsync(Pack, "xyz"u8.ToArray(), Token);
            return true;
        });

        _server.Seen.ShouldBe(["POST", "POST", "HEAD"]);
    }

    [Fact]
    public async Task Save_RefusedAtOnce_IsDenied()
    {
        _server.Answers(HttpStatusCode.Forbidden);

        var error = await Should.ThrowAsync<BackendException>(RunAsync(async backend =>
        {
            await backend.SaveAsync(Pack, "xyz"u8.ToArray(), Token);
            return true;
        }));

        error.Failure.ShouldBe(BackendFailure.Denied);
    }

    [Fact]
    public async Task Save_ServerKeptLess_IsSentAgain()
    {
        _server.Answers(HttpStatusCode.OK).Answers(HttpStatusCode.OK, "x").Answers(HttpStatusCode.OK).Answers(HttpStatusCode.OK, "xyz");

        await RunAsync(async backend =>
        {
            await backend.SaveAsync(Pack, "xyz"u8.ToArray(), Token);
            return true;
        });

        _server.Seen.ShouldBe(["POST", "HEAD", "POST", "HEAD"]);
    }

    [Fact]
    public async Task Save_ServerFull_SaysNoSpace()
    {
        _server.Answers(HttpStatusCode.InsufficientStorage);

        var error = await Should.ThrowAsync<BackendException>(RunAsync(async backend =>
        {
            await backend.SaveAsync(Pack, "xyz"u8.ToArray(), Token);
            return true;
        }));

        error.Failure.ShouldBe(BackendFailure.NoSpace);
    }

    [Fact]
    public async Task List_VersionOneAnswer_AsksForEachSize()
    {
        _server.Answers(HttpStatusCode.OK, $"[\"{Pack.Id}\",\"notes\"]").Answers(HttpStatusCode.OK, "12345");

        var found = await RunAsync(async backend =>
        {
            var all = new List<RepositoryFileInfo>();
            await foreach (var file in backend.ListAsync(FileKind.Pack, Token))
            {
                all.Add(file);
            }

            return all;
        });

        found.ShouldBe([new RepositoryFileInfo(Pack.Id, 5)]);
    }

    [Fact]
    public async Task Read_ServerWithoutRanges_SkipsToTheOffset()
    {
        _server.Answers(HttpStatusCode.OK, "0123456789");
        var buffer = new byte[3];

        await RunAsync(async backend =>
        {
            await backend.ReadAsync(Pack, 4, buffer, Token);
            return true;
        });

        buffer.ShouldBe("456"u8.ToArray());
    }

    private async Task<T> RunAsync<T>(Func<RestBackend, Task<T>> act)
    {
        var location = new RepositoryLocation.Rest(new Uri("http://somewhere.invalid/repository/"), null);
        await using var backend = new RestBackend(location, new RestBackendOptions(), _time, _server);
        var work = act(backend);
        while (await Task.WhenAny(work, Task.Delay(Breath, CancellationToken.None)) != work)
        {
            // Timeouts and pauses between attempts fire on the clock, which moves in small steps: an answer under way must not be too late by them.
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        return await work;
    }

    /// <summary>Answers requests from a list, in order.</summary>
    private sealed class ScriptedServer : HttpMessageHandler
    {
        private readonly Queue<Func<CancellationToken, Task<HttpResponseMessage>>> _answers = new();

        public List<string> Seen { get; } = [];

        public ScriptedServer Answers(HttpStatusCode status, string body = "")
        {
            _answers.Enqueue(_ => Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.ASCII) }));
            return this;
        }

        public ScriptedServer Hangs()
        {
            _answers.Enqueue(async token =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
                throw new InvalidOperationException("Never reached.");
            });
            return this;
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen.Add(request.Method.Method);
            return _answers.Dequeue()(cancellationToken);
        }
    }
}
