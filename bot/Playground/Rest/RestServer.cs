using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Rest;

/// <summary>The REST API of version 10: finds the route, plays the faults, checks who asks, how often and for what, answers as Discord does.</summary>
internal sealed class RestServer(World world, StandInOptions options, Ledger ledger, Faults faults, Specification? specification, IReadOnlyList<Route> routes)
{
    private readonly Buckets _buckets = new(options.Time, options.RateLimits);
    private int _open;

    /// <summary>Requests that came and are not answered yet.</summary>
    public int Open => Volatile.Read(ref _open);

    public async Task ServeAsync(HttpContext http, string path)
    {
        Interlocked.Increment(ref _open);
        try
        {
            await ServeOneAsync(http, path);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task ServeOneAsync(HttpContext http, string path)
    {
        var call = new LoggedCall(http.Request.Method, Redact(path), null, 0);
        try
        {
            var (answer, body) = await AnswerAsync(http, path);
            call = call with { Body = body, Status = answer.Status };
            await WriteAsync(http, answer);
        }
        catch (RestError refused)
        {
            call = call with { Status = refused.Status };
            await WriteAsync(http, new Answer(refused.Status, refused.Body));
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client went, or a fault cut the line.
            http.Abort();
        }
        finally
        {
            ledger.Count(call with { CountsGlobally = !IsTokenPath(path) }, options.Time.GetUtcNow());
        }
    }

    private async Task<(Answer Answer, string? Body)> AnswerAsync(HttpContext http, string path)
    {
        var method = http.Request.Method;
        var fault = faults.Take(method, path);
        if (await PlayAsync(fault, http) is { } scripted)
        {
            return (scripted, null);
        }

        var (route, places) = Find(method, path);
        CheckCaller(http, route);
        if (_buckets.Take(route, places, http.Response.Headers) is { } limited)
        {
            return (Limit(http, limited.Wait, limited.Global ? LimitScope.Global : LimitScope.User), null);
        }

        var call = await RequestReader.ReadAsync(http, route, places, path, options.FileLimit);
        var text = call.Json?.ToJsonString();
        try
        {
            Check(call);
            lock (world.Gate)
            {
                var answer = route.Handle(call);
                return (fault is RestFault.Kind.DoneButLost ? new Answer(502, null) : answer, text);
            }
        }
        catch (RestError refused)
        {
            if (refused.AnsweredBefore is { } interaction)
            {
                ledger.WasAnsweredAgain(interaction);
            }
            else if (refused.Status == 400)
            {
                ledger.Violation($"{method} {Redact(path)}: {refused.Body.ToJsonString()}");
            }

            return (new Answer(refused.Status, refused.Body), text);
        }
    }

    /// <summary>The published specification, where there is one; the hand-written rules are the routes' own.</summary>
    private void Check(RestCall call)
    {
        if (specification?.Check(call) is { } found)
        {
            foreach (var unknown in found.UnknownKeys)
            {
                ledger.Ignored($"{call.Method} {call.Route.Template}: {unknown}");
            }

            found.Problems.ThrowIfAny();
        }
    }

    private (Route Route, Dictionary<string, string> Places) Find(string method, string path)
    {
        var parts = Route.Split(path);
        var known = false;
        foreach (var route in routes)
        {
            if (route.Match(parts) is not { } places)
            {
                continue;
            }

            if (route.Method == method)
            {
                return (route, places);
            }

            known = true;
        }

        throw known ? RestError.MethodNotAllowed() : RestError.NotFound();
    }

    private void CheckCaller(HttpContext http, Route route)
    {
        var agent = http.Request.Headers.UserAgent.ToString();
        if (!agent.StartsWith("DiscordBot (", StringComparison.Ordinal))
        {
            ledger.Violation($"User-Agent '{agent}' is not DiscordBot (url, version).");
            throw RestError.InternalNetwork();
        }

        if (!route.IsTokenRoute && http.Request.Headers.Authorization != "Bot " + world.Application.Token)
        {
            throw RestError.Unauthorized();
        }
    }

    private async Task<Answer?> PlayAsync(RestFault.Kind? fault, HttpContext http)
    {
        switch (fault)
        {
            case RestFault.Kind.Status(var code):
                return new Answer(code, null);
            case RestFault.Kind.Limited(var wait, var scope):
                return Limit(http, wait, scope);
            case RestFault.Kind.Slow(var by):
                await Task.Delay(by, options.Time, http.RequestAborted);
                return null;
            case RestFault.Kind.Cut:
                throw new IOException("Cut by a scripted fault.");
            default:
                return null;
        }
    }

    private static Answer Limit(HttpContext http, TimeSpan wait, LimitScope scope)
    {
        var headers = http.Response.Headers;
        headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (scope == LimitScope.Edge)
        {
            return new Answer(429, null);
        }

        headers.Via = "1.1 google";
        headers["X-RateLimit-Scope"] = scope switch { LimitScope.Global => "global", LimitScope.Shared => "shared", _ => "user" };
        if (scope == LimitScope.Global)
        {
            headers["X-RateLimit-Global"] = "true";
        }

        return new Answer(429, new JsonObject
        {
            ["message"] = "You are being rate limited.",
            ["retry_after"] = Math.Round(Math.Max(0.001, wait.TotalSeconds), 3),
            ["global"] = scope == LimitScope.Global,
        });
    }

    private static async Task WriteAsync(HttpContext http, Answer answer)
    {
        http.Response.StatusCode = answer.Status;
        if (answer.Body is { } body)
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(body.ToJsonString(), http.RequestAborted);
        }
        else if (answer.Status >= 400)
        {
            http.Response.ContentType = "text/html";
            await http.Response.WriteAsync("<html><title>error</title></html>", http.RequestAborted);
        }
    }

    private static bool IsTokenPath(string path) => path.StartsWith("/interactions/", StringComparison.Ordinal) || path.StartsWith("/webhooks/", StringComparison.Ordinal);

    private static string Redact(string path)
    {
        var parts = Route.Split(path);
        if (IsTokenPath(path) && parts.Length > 2)
        {
            parts[2] = "TOKEN";
        }

        return "/" + string.Join('/', parts);
    }
}
