using System.Globalization;
using System.Text.Json.Nodes;
using SnapshotBot.Playground.Rest;

namespace SnapshotBot.Playground.Rules;

/// <summary>What is wrong with a request, at which place of it; told as Discord's tree of errors.</summary>
internal sealed class Problems
{
    private readonly List<(string Path, string Code, string Message)> _found = [];

    public int Count => _found.Count;

    public void Add(string path, string code, string message) => _found.Add((path, code, message));

    public void Add(Problems others) => _found.AddRange(others._found);

    public void Required(string path) => Add(path, "BASE_TYPE_REQUIRED", "This field is required");

    public void Length(string path, int shortest, int longest) => Add(
        path,
        "BASE_TYPE_BAD_LENGTH",
        string.Create(CultureInfo.InvariantCulture, $"Must be between {shortest} and {longest} in length."));

    public void TooLong(string path, int longest) => Add(
        path, "BASE_TYPE_MAX_LENGTH", string.Create(CultureInfo.InvariantCulture, $"Must be {longest} or fewer in length."));

    public void Choice(string path, IEnumerable<int> choices) => Add(
        path,
        "UNION_TYPE_CHOICES",
        $"Value of field \"type\" must be one of ({string.Join(", ", choices.Select(choice => choice.ToString(CultureInfo.InvariantCulture)))}).");

    /// <exception cref="RestError">There is a problem: 50035 with the tree.</exception>
    public void ThrowIfAny()
    {
        if (_found.Count > 0)
        {
            throw RestError.InvalidForm(Tree());
        }
    }

    private JsonObject Tree()
    {
        var root = new JsonObject();
        foreach (var (path, code, message) in _found)
        {
            var at = root;
            foreach (var part in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            {
                if (at[part] is not JsonObject child)
                {
                    at[part] = child = [];
                }

                at = child;
            }

            if (at["_errors"] is not JsonArray list)
            {
                at["_errors"] = list = [];
            }

            list.Add(new JsonObject { ["code"] = code, ["message"] = message });
        }

        return root;
    }
}
