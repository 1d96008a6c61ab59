using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;

namespace SnapshotBot.Storage.Backends;

/// <summary>A repository behind restic's REST protocol: rest-server, <c>rclone serve restic</c> and others.</summary>
/// <remarks>What durable means is the server's promise; we check that it has every byte. Redirects are not followed: credentials stay here.</remarks>
internal sealed class RestBackend : IBackend, IFileAges
{
    private readonly HttpClient _client;
    private readonly RestRetry _retry;

    public RestBackend(RepositoryLocation.Rest location, RestBackendOptions options, TimeProvider timeProvider)
        : this(location, options, timeProvider, new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(20),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            MaxConnectionsPerServer = 4 * options.Parallelism,
        })
    {
    }

    internal RestBackend(RepositoryLocation.Rest location, RestBackendOptions options, TimeProvider timeProvider, HttpMessageHandler handler)
    {
        Location = location.ToString();
        Parallelism = options.Parallelism;
        _retry = new RestRetry(options, timeProvider);
        _client = new HttpClient(handler) { BaseAddress = location.Address, Timeout = Timeout.InfiniteTimeSpan };
        if (location.Credentials is { } who)
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{who.User}:{who.Password}")));
        }
    }

    public string Location { get; }

    public int Parallelism { get; }

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (await SizeAsync(RepositoryFile.Config, cancellationToken) is not null)
        {
            throw BackendErrors.RepositoryExists(Location);
        }

        await RunAsync(null, 0, async (_, token) =>
        {
            using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Post, "?create=true"), token);
            Expect(answer, null);
            return true;
        }, cancellationToken);
    }

    public async Task SaveAsync(RepositoryFile file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (file.Kind == FileKind.Config && await SizeAsync(file, cancellationToken) is not null)
        {
            throw BackendErrors.ConfigReplaced(Location);
        }

        await RunAsync(file, content.Length, async (attempt, token) =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, PathOf(file)) { Content = new ReadOnlyMemoryContent(content) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            using var answer = await SendAsync(request, token);
            // Servers refuse a file they have. After a lost answer that file is ours, and the size below says whether it is whole.
            if (!(attempt > 0 && answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Conflict))
            {
                Expect(answer, file);
            }

            await VerifySizeAsync(file, content.Length, token);
            return true;
        }, cancellationToken);
    }

    public Task ReadAsync(RepositoryFile file, long offset, Memory<byte> buffer, CancellationToken cancellationToken) => buffer.IsEmpty
        ? Task.CompletedTask
        : RunAsync(file, buffer.Length, async (_, token) =>
        {
            try
            {
                await ReadRangeAsync(file, offset, buffer, token);
            }
            catch (Exception e) when (e is HttpRequestException or IOException and not BackendException { IsTransient: false })
            {
                // Servers answer a range beyond the end in ways of their own; asking for it again would not help.
                await VerifyReachesAsync(file, offset + buffer.Length, token);
                throw;
            }

            return true;
        }, cancellationToken);

    public Task<byte[]> ReadAllAsync(RepositoryFile file, long limit, CancellationToken cancellationToken) =>
        RunAsync(file, Math.Min(limit, 64 << 20), async (_, token) =>
        {
            using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, PathOf(file)), token);
            Expect(answer, file);
            if (answer.Content.Headers.ContentLength is { } length && length > limit)
            {
                throw BackendErrors.TooLarge(file, Location, limit, length);
            }

            await using var stream = await answer.Content.ReadAsStreamAsync(token);
            using var content = new MemoryStream((int)(answer.Content.Headers.ContentLength ?? 0));
            var buffer = new byte[64 << 10];
            for (int count; (count = await stream.ReadAsync(buffer, token)) > 0;)
            {
                content.Write(buffer, 0, count);
                if (content.Length > limit)
                {
                    throw BackendErrors.TooLarge(file, Location, limit, content.Length);
                }
            }

            return content.ToArray();
        }, cancellationToken);

    public Task<long?> SizeAsync(RepositoryFile file, CancellationToken cancellationToken) =>
        RunAsync(file, 0, (_, token) => HeadAsync(file, token), cancellationToken);

    /// <summary>By the server's word for when the file was changed last, which not every server has.</summary>
    public Task<DateTimeOffset?> WrittenAtAsync(RepositoryFile file, CancellationToken cancellationToken) => RunAsync(file, 0, async (_, token) =>
    {
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Head, PathOf(file)), token);
        if (answer.StatusCode != HttpStatusCode.NotFound)
        {
            Expect(answer, file);
        }

        return answer.Content.Headers.LastModified;
    }, cancellationToken);

    public async IAsyncEnumerable<RepositoryFileInfo> ListAsync(
        FileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (kind == FileKind.Config)
        {
            yield break;
        }

        var found = await RunAsync(null, 64 << 20, async (_, token) =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, LocalLayout.FolderOf(kind) + "/");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(RestListing.VersionTwo));
            using var answer = await SendAsync(request, token);
            if (answer.StatusCode == HttpStatusCode.NotFound)
            {
                return [];
            }

            Expect(answer, null);
            await using var stream = await answer.Content.ReadAsStreamAsync(token);
            return await RestListing.ReadAsync(stream, token);
        }, cancellationToken);

        foreach (var (id, size) in found)
        {
            // A file that vanishes between the list and the question for its size was never listed.
            if ((size ?? await SizeAsync(new RepositoryFile(kind, id), cancellationToken)) is { } known)
            {
                yield return new RepositoryFileInfo(id, known);
            }
        }
    }

    public Task DeleteAsync(RepositoryFile file, CancellationToken cancellationToken) => RunAsync(file, 0, async (_, token) =>
    {
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Delete, PathOf(file)), token);
        if (answer.StatusCode != HttpStatusCode.NotFound)
        {
            Expect(answer, file);
        }

        return true;
    }, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string PathOf(RepositoryFile file) => file.Kind == FileKind.Config
        ? LocalLayout.ConfigName
        : $"{LocalLayout.FolderOf(file.Kind)}/{file.Id}";

    private static async Task SkipAsync(Stream stream, long count, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(count, 64 << 10)];
        for (var left = count; left > 0;)
        {
            var part = (int)Math.Min(left, buffer.Length);
            await stream.ReadExactlyAsync(buffer.AsMemory(0, part), cancellationToken);
            left -= part;
        }
    }

    private async Task ReadRangeAsync(RepositoryFile file, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, PathOf(file));
        request.Headers.Range = new RangeHeaderValue(offset, offset + buffer.Length - 1);
        using var answer = await SendAsync(request, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            throw BackendErrors.TooShort(file, Location, offset + buffer.Length, answer.Content.Headers.ContentRange?.Length ?? 0);
        }

        Expect(answer, file);
        // A server without ranges answers 200 with the whole file.
        var skip = answer.StatusCode == HttpStatusCode.PartialContent ? 0 : offset;
        if (answer.Content.Headers.ContentLength is { } length && length < skip + buffer.Length)
        {
            throw BackendErrors.TooShort(file, Location, offset + buffer.Length, offset - skip + length);
        }

        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await SkipAsync(stream, skip, cancellationToken);
        await stream.ReadExactlyAsync(buffer, cancellationToken);
    }

    private async Task VerifyReachesAsync(RepositoryFile file, long end, CancellationToken cancellationToken)
    {
        if (await HeadAsync(file, cancellationToken) is { } size && size < end)
        {
            throw BackendErrors.TooShort(file, Location, end, size);
        }
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    private async Task<long?> HeadAsync(RepositoryFile file, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Head, PathOf(file)), cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        Expect(answer, file);
        return answer.Content.Headers.ContentLength ?? throw new BackendException(
            BackendFailure.Broken, file, $"The server at {Location} does not tell the size of {BackendErrors.Describe(file)}.");
    }

    private async Task VerifySizeAsync(RepositoryFile file, long expected, CancellationToken cancellationToken)
    {
        var stored = await HeadAsync(file, cancellationToken);
        if (stored != expected)
        {
            throw new BackendException(
                BackendFailure.Unavailable,
                file,
                $"The server at {Location} kept {stored ?? 0} of the {expected} bytes of {BackendErrors.Describe(file)}.");
        }
    }

    private void Expect(HttpResponseMessage answer, RepositoryFile? file)
    {
        if (answer.IsSuccessStatusCode)
        {
            return;
        }

        var code = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        throw answer.StatusCode switch
        {
            HttpStatusCode.NotFound => file is { } missing
                ? BackendErrors.Missing(missing, Location)
                : new BackendException(BackendFailure.NotFound, null, $"There is no repository at {Location}."),
            HttpStatusCode.Unauthorized => new BackendException(
                BackendFailure.Denied, file, $"The server at {Location} does not know this user and password. Nothing was changed."),
            HttpStatusCode.Forbidden or HttpStatusCode.MethodNotAllowed => new BackendException(
                BackendFailure.Denied, file, $"The server at {Location} does not allow this ({code}); it may be append-only. Nothing was changed."),
            HttpStatusCode.InsufficientStorage or HttpStatusCode.RequestEntityTooLarge => new BackendException(
                BackendFailure.NoSpace, file, $"The server at {Location} has no space left. What was stored before is untouched."),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => new BackendException(
                BackendFailure.Unavailable, file, $"The server at {Location} is unwell ({code}). Try again later."),
            _ => new BackendException(
                BackendFailure.Broken, file, $"The server at {Location} answered {code}; is a restic REST server at this address?"),
        };
    }

    private async Task<T> RunAsync<T>(
        RepositoryFile? file, long bytes, Func<int, CancellationToken, Task<T>> attemptAsync, CancellationToken cancellationToken)
    {
        try
        {
            return await _retry.RunAsync(bytes, attemptAsync, cancellationToken);
        }
        catch (BackendException e) when (e.File is null && e.IsTransient)
        {
            var subject = file is { } known ? BackendErrors.Describe(known) : "the repository";
            throw new BackendException(e.Failure, file, $"{BackendErrors.Capital(subject)} at {Location}: {e.Message} What was stored before is untouched.", e);
        }
    }
}
