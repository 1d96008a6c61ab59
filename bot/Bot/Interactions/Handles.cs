using System.Security.Cryptography;

namespace SnapshotBot.Bot.Interactions;

/// <summary>What is too long for a button's id stands in a row and the button carries its handle, so that it is there after a restart too; for a day.</summary>
internal sealed class Handles(Desk desk, string prefix)
{
    private const string Letters = "abcdefghijkmnpqrstuvwxyz23456789";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    /// <summary>A new handle; those that are too old go.</summary>
    public async Task<string> NewAsync(CancellationToken cancellationToken)
    {
        var before = desk.Time.GetUtcNow() - Lifetime;
        foreach (var old in desk.Posted.Beginning(prefix).Where(row => row.At < before))
        {
            await desk.Posted.RemoveAsync(old.Subject, cancellationToken);
        }

        return RandomNumberGenerator.GetString(Letters, 16);
    }

    public Task PutAsync(Turn turn, string handle, string state, CancellationToken cancellationToken) =>
        desk.Posted.PutAsync(prefix + handle, turn.Guild, turn.Channel, null, state, cancellationToken);

    /// <summary>What stands under a handle of this guild, or null.</summary>
    public string? Find(Turn turn, string handle) => desk.Posted.Find(prefix + handle) is { State: { } text } row && row.Guild == turn.Guild ? text : null;
}
