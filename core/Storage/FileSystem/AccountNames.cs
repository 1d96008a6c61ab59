using System.Globalization;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>The names this machine has for user and group numbers. Read once; immutable and safe for several threads.</summary>
/// <remarks>Names are for people only: owners are kept and restored by number.</remarks>
public sealed class AccountNames
{
    private readonly Dictionary<uint, string> _users;
    private readonly Dictionary<uint, string> _groups;

    private AccountNames(Dictionary<uint, string> users, Dictionary<uint, string> groups)
    {
        _users = users;
        _groups = groups;
    }

    /// <summary>Reads /etc/passwd and /etc/group; a file that can't be read gives no names.</summary>
    public static AccountNames Read() => Read("/etc");

    /// <summary>Reads <c>passwd</c> and <c>group</c> from a folder.</summary>
    public static AccountNames Read(string folder) => new(ReadNames($"{folder}/passwd"), ReadNames($"{folder}/group"));

    /// <summary>The user's name; null when the machine has none.</summary>
    public string? User(uint id) => _users.GetValueOrDefault(id);

    /// <summary>The group's name; null when the machine has none.</summary>
    public string? Group(uint id) => _groups.GetValueOrDefault(id);

    private static Dictionary<uint, string> ReadNames(string path)
    {
        var names = new Dictionary<uint, string>();
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return names;
        }

        foreach (var line in lines)
        {
            // name:password:number:...
            var fields = line.Split(':');
            if (fields.Length >= 3 && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                names.TryAdd(id, fields[0]);
            }
        }

        return names;
    }
}
