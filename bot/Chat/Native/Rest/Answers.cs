using System.Net;
using System.Text.Json;
using SnapshotBot.Chat.Native.Json;

namespace SnapshotBot.Chat.Native.Rest;

/// <summary>What came of one attempt.</summary>
internal abstract record Attempt
{
    private Attempt()
    {
    }

    public sealed record Done(byte[] Body) : Attempt;

    /// <summary>Discord will not do it, however often it is asked.</summary>
    public sealed record Refused(ChatRequestException Refusal) : Attempt;

    public sealed record Limited(TimeSpan Wait) : Attempt;

    /// <summary>5xx, or no answer.</summary>
    /// <param name="MayBeDone">It may have been carried out all the same.</param>
    public sealed record Failed(int Status, bool MayBeDone, Exception? Inner) : Attempt;
}

internal sealed partial class Sender
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(5);

    private Attempt Limited(Route route, Bucket? bucket, RateHeaders headers, byte[] body)
    {
        var error = ErrorOf(body);
        var wait = (error.RetryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : headers.RetryAfter ?? DefaultWait) + TimeSpan.FromMilliseconds(30);
        if (!headers.IsShared)
        {
            Invalid.Add();
        }

        // An answer that isn't JSON is not Discord's but the wall's before it: it means the whole address.
        var global = headers.IsGlobal || error.Global || !error.IsJson;
        Log.RateLimited(_logger, route, wait, global ? "global" : headers.IsShared ? "shared" : "own");
        if (global && route.Kind != RouteKind.Callback)
        {
            _global.Hold(wait);
            bucket?.Forget();
        }
        else
        {
            bucket?.Hold(wait);
        }

        Interlocked.Increment(ref _rateLimited);
        return new Attempt.Limited(wait);
    }

    private Attempt Judge(Route route, int status, byte[] body, bool again)
    {
        if (status is >= 200 and < 300)
        {
            return new Attempt.Done(body);
        }

        var error = ErrorOf(body);
        if (status >= 500)
        {
            return new Attempt.Failed(status, status is not ((int)HttpStatusCode.BadGateway or (int)HttpStatusCode.ServiceUnavailable), null);
        }

        if (status is 401 or 403 or 429)
        {
            Invalid.Add();
        }

        // The bot's own token was refused: whatever comes next would be, too. A webhook's 401 (50027) is only about the interaction.
        if (status == 401 && route.Kind == RouteKind.Bot)
        {
            Stop(new ChatStoppedException(ChatStop.BadToken, 401));
            return new Attempt.Refused(new ChatRequestException(ChatError.Stopped, status, error.Code, route.Name, Stopped));
        }

        var refusal = new ChatRequestException(ErrorCodes.Of(status, error.Code, route.Kind != RouteKind.Bot), status, error.Code, route.Name);

        // The attempt before got no answer and was carried out all the same.
        var doneBefore = (again && refusal.Error == ChatError.AlreadyAnswered) || (status == 404 && route.Method == HttpMethod.Delete);
        return doneBefore ? new Attempt.Done([]) : new Attempt.Refused(refusal);
    }

    private void Stop(ChatStoppedException reason)
    {
        if (Stopped is null)
        {
            Stopped = reason;
            Log.Stopped(_logger, reason.Reason, reason.Code);
            OnStopped?.Invoke(reason);
        }
    }

    private static ErrorBody ErrorOf(byte[] body)
    {
        try
        {
            return body.Length == 0
                ? new ErrorBody()
                : (JsonSerializer.Deserialize(body, WireJson.Default.ErrorBody) ?? new ErrorBody()) with { IsJson = true };
        }
        catch (JsonException)
        {
            return new ErrorBody();
        }
    }
}
