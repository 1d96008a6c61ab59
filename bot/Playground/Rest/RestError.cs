using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.Rest;

/// <summary>A refusal with Discord's status, code and words.</summary>
internal sealed class RestError(int status, int code, string message, JsonObject? errors = null) : Exception(message)
{
    public int Status => status;

    /// <summary>The interaction that had its first answer before.</summary>
    public ulong? AnsweredBefore { get; private init; }

    public JsonObject Body
    {
        get
        {
            var body = new JsonObject { ["message"] = Message, ["code"] = code };
            if (errors is not null)
            {
                body["errors"] = errors.DeepClone();
            }

            return body;
        }
    }

    public static RestError NotFound() => new(404, 0, "404: Not Found");

    public static RestError MethodNotAllowed() => new(405, 0, "405: Method Not Allowed");

    public static RestError Unauthorized() => new(401, 0, "401: Unauthorized");

    public static RestError UnknownApplication() => new(404, 10002, "Unknown Application");

    public static RestError UnknownChannel() => new(404, 10003, "Unknown Channel");

    public static RestError UnknownGuild() => new(404, 10004, "Unknown Guild");

    public static RestError UnknownMember() => new(404, 10007, "Unknown Member");

    public static RestError UnknownMessage() => new(404, 10008, "Unknown Message");

    public static RestError UnknownUser() => new(404, 10013, "Unknown User");

    public static RestError UnknownWebhook() => new(404, 10015, "Unknown Webhook");

    public static RestError UnknownInteraction() => new(404, 10062, "Unknown interaction");

    public static RestError UnknownCommand() => new(404, 10063, "Unknown application command");

    public static RestError TooManyPins() => new(400, 30003, "Maximum number of pins reached for the channel (250)");

    public static RestError TooManyCommandsToday() => new(429, 30034, "Max number of daily application command creates has been reached (200)");

    public static RestError TooManyLateEdits() => new(429, 30046, "Maximum number of edits to messages older than 1 hour reached. Try again later");

    public static RestError TooLarge() => new(413, 40005, "Request entity too large");

    public static RestError AlreadyAcknowledged(ulong interaction) => new(400, 40060, "Interaction has already been acknowledged.") { AnsweredBefore = interaction };

    public static RestError InternalNetwork() => new(403, 40333, "internal network error");

    public static RestError MissingAccess() => new(403, 50001, "Missing Access");

    public static RestError NotTheAuthor() => new(403, 50005, "Cannot edit a message authored by another user");

    public static RestError Empty() => new(400, 50006, "Cannot send an empty message");

    public static RestError CannotMessageUser() => new(403, 50007, "Cannot send messages to this user");

    public static RestError MissingPermissions() => new(403, 50013, "Missing Permissions");

    public static RestError ExpiredToken() => new(401, 50027, "Invalid Webhook Token");

    public static RestError InvalidForm(JsonObject errors) => new(400, 50035, "Invalid Form Body", errors);

    public static RestError NotJson() => new(400, 50109, "The request body contains invalid JSON.");
}
