using System.Security.Cryptography;
using System.Text;

namespace SnapshotBot.Service.Guilds;

/// <summary>
/// The one-time code by which the first guild is allowed. It is printed where only the machine's owner looks, lives in this process alone and
/// is worth nothing once a guild was allowed; after ten wrong guesses it is dead until the next start.
/// </summary>
public sealed class GuildClaim
{
    private const int MostGuesses = 10;

    // No letter that is mistaken for another, and no vowels: the code spells nothing.
    private const string Letters = "BCDFGHJKMNPQRSTVWXZ23456789";

    private readonly SettingReads _reads;
    private readonly SettingChanges _changes;
    private readonly SemaphoreSlim _one = new(1, 1);
    private int _guesses;

    internal GuildClaim(SettingReads reads, SettingChanges changes)
    {
        _reads = reads;
        _changes = changes;
        Code = RandomNumberGenerator.GetString(Letters, 12);
    }

    /// <summary>The code to be printed. Twelve letters: more than can be guessed in ten tries by anybody.</summary>
    public string Code { get; }

    /// <summary>Whether a code is wanted: no guild is allowed yet.</summary>
    public bool IsOpen => _reads.Allowed().Count == 0;

    /// <summary>Allows a guild whose manager knows the code.</summary>
    public async Task<ClaimOutcome> ClaimAsync(string code, ulong guild, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (!IsOpen)
                return ClaimOutcome.Closed;
            if (_guesses >= MostGuesses)
                return ClaimOutcome.TooManyGuesses;
            var given = Encoding.UTF8.GetBytes(code.Trim().Replace("-", "", StringComparison.Ordinal).ToUpperInvariant());
            if (!CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(Code)))
            {
                _guesses++;
                return ClaimOutcome.Wrong;
            }

            await _changes.AllowAsync(guild, cancellationToken);
            return ClaimOutcome.Claimed;
        }
        finally
        {
            _one.Release();
        }
    }
}

/// <summary>How a claim ended.</summary>
public enum ClaimOutcome
{
    Claimed,
    Wrong,

    /// <summary>The code is dead until the program starts again.</summary>
    TooManyGuesses,

    /// <summary>A guild is allowed already; others are allowed at the terminal.</summary>
    Closed,
}
