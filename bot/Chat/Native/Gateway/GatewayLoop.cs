using Microsoft.Extensions.Logging;

namespace SnapshotBot.Chat.Native.Gateway;

/// <summary>Connects, and connects again: the session kept where that can be, a new one where not, none where Discord said never.</summary>
internal sealed class GatewayLoop(
    NativeChatOptions options, Session session, SessionStarts starts, IConnectionEvents events, TimeProvider time, ILogger logger)
{
    private const int ResumeTries = 3;

    private readonly Watchdog _watchdog = new(time, logger);
    private readonly Reconnect _reconnect = new(options);
    private volatile GatewayConnection? _connection;

    /// <summary>Called when a connection was lost.</summary>
    public Action? OnLost { get; set; }

    /// <summary>Ends by an exception only: cancelled, or <see cref="ChatStoppedException"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failedResumes = 0;
        while (true)
        {
            var end = await ConnectAsync(failedResumes, cancellationToken);
            OnLost?.Invoke();
            cancellationToken.ThrowIfCancellationRequested();
            if (end.How == Comeback.Never)
            {
                throw new ChatStoppedException(Session.StopOf(end.Code ?? 0), end.Code ?? 0);
            }

            failedResumes = end.AliveFor is null ? failedResumes + 1 : 0;
            var pause = _reconnect.PauseAfter(end);
            Log.Lost(logger, end.Code, end.How, pause);
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    public Task SendPresenceAsync(string presence, CancellationToken cancellationToken) =>
        _connection?.SendPresenceAsync(presence, cancellationToken) ?? Task.CompletedTask;

    private async Task<ConnectionEnd> ConnectAsync(int failedResumes, CancellationToken cancellationToken)
    {
        try
        {
            var address = session switch
            {
                { CanResume: true, ResumeAddress: { } own } when failedResumes < ResumeTries => own,
                { CanResume: true } => await starts.AddressAsync(cancellationToken),
                _ => await starts.PrepareAsync(cancellationToken),
            };
            using var connection = new GatewayConnection(options, session, events, time, logger);
            _connection = connection;
            return await _watchdog.WatchAsync(connection, connection.RunAsync(WithQuery(address), cancellationToken), cancellationToken);
        }
        catch (ChatRequestException refusal) when (refusal.Error != ChatError.Stopped)
        {
            // Discord's API is away; so is its gateway, or will be asked again soon.
            Log.NoAddress(logger, refusal.Status);
            return new ConnectionEnd(Comeback.Resume, Code: null, AliveFor: null);
        }
        catch (ChatRequestException refusal) when (refusal.InnerException is ChatStoppedException stopped)
        {
            throw new ChatStoppedException(stopped.Reason, stopped.Code);
        }
        finally
        {
            _connection = null;
        }
    }

    private Uri WithQuery(Uri address)
    {
        var query = "v=10&encoding=json" + (options.Compression == GatewayCompression.ZlibStream ? "&compress=zlib-stream" : "");
        return new UriBuilder(address) { Query = query }.Uri;
    }
}
