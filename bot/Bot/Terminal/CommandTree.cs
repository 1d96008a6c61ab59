using System.CommandLine;
using SnapshotBot.Bot.Commands;

namespace SnapshotBot.Bot.Terminal;

/// <summary>Turns the specs into System.CommandLine's tree, which only parses; what runs and how it is shown is decided elsewhere.</summary>
internal sealed class CommandTree
{
    private readonly Dictionary<Command, Leaf> _leaves = [];
    private readonly Dictionary<Command, string> _groups = [];

    public CommandTree(IReadOnlyList<CommandSpec> specs)
    {
        Root.Add(Data);
        Root.Add(Json);
        Root.Add(Progress);
        Root.Add(Help);
        Root.Add(Version);
        var groups = new Dictionary<string, Command>(StringComparer.Ordinal);
        foreach (var spec in specs)
        {
            Command parent = Root;
            if (spec.Group is { } group && !groups.TryGetValue(group, out parent!))
            {
                parent = new Command(group);
                groups.Add(group, parent);
                _groups.Add(parent, group);
                Root.Add(parent);
            }

            var leaf = new Leaf(spec);
            _leaves.Add(leaf.Command, leaf);
            parent.Add(leaf.Command);

            // A command that is a group too: 'storage' shows, 'storage prune' prunes.
            if (spec.Group is null && specs.Any(other => other.Group == spec.Verb))
            {
                groups.Add(spec.Verb, leaf.Command);

                // Only a command with something to do may stand without one below it.
                leaf.Command.SetAction(_ => 0);
            }
        }
    }

    /// <summary>
    /// The program. Not a RootCommand: that comes with options for help and version, whose descriptions are read from resources at every start, and
    /// both are answered here.
    /// </summary>
    public Command Root { get; } = new("snapshotbot");

    public Option<string?> Data { get; } = new("--data") { Recursive = true };

    public Option<bool> Json { get; } = new("--json") { Recursive = true };

    public Option<string?> Progress { get; } = new("--progress") { Recursive = true };

    public Option<bool> Help { get; } = new("--help", "-h", "-?") { Recursive = true };

    public Option<bool> Version { get; } = new("--version");

    public ParseResult Parse(IReadOnlyList<string> arguments) =>

        // '@everyone' is a name here, never a file of arguments; '-abc' is never three options.
        Root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });

    public Leaf? LeafOf(ParseResult result) => _leaves.GetValueOrDefault(result.CommandResult.Command);

    public string? GroupOf(ParseResult result) => _groups.GetValueOrDefault(result.CommandResult.Command);

    /// <summary>A spec beside its parser symbols.</summary>
    internal sealed class Leaf
    {
        private readonly List<(Input Input, Symbol Symbol)> _symbols = [];

        public Leaf(CommandSpec spec)
        {
            Spec = spec;
            Command = new Command(spec.Verb);
            foreach (var input in spec.Inputs)
            {
                Add(input);
            }

            if (spec.Confirm != Confirm.Never)
            {
                Yes = new Option<bool>("--yes");
                Command.Add(Yes);
            }
        }

        public CommandSpec Spec { get; }

        public Command Command { get; }

        public Option<bool>? Yes { get; }

        /// <summary>Whether only the plan is asked for.</summary>
        public bool IsPlanned(ParseResult result) =>
            _symbols.Exists(each => each.Input.Name == "--plan" && each.Symbol is Option<bool> plan && result.GetValue(plan));

        public InputValues Read(ParseResult result)
        {
            var given = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
            foreach (var (input, symbol) in _symbols)
            {
                given[input.Name] = symbol switch
                {
                    Option<bool> flag => result.GetValue(flag) ? ["true"] : [],
                    Option<string> option => One(result.GetValue(option)),
                    Option<string[]> option => result.GetValue(option) ?? [],
                    Argument<string> argument => One(result.GetValue(argument)),
                    Argument<string[]> argument => result.GetValue(argument) ?? [],
                    _ => [],
                };
            }

            return new InputValues(given);
        }

        private void Add(Input input)
        {
            Symbol symbol = input.Shape switch
            {
                InputShape.Flag => new Option<bool>(input.Name, Aliases(input)),
                InputShape.Value => new Option<string>(input.Name, Aliases(input)) { Required = input.Required },
                InputShape.Values => new Option<string[]>(input.Name, Aliases(input)) { Arity = ArgumentArity.OneOrMore, Required = input.Required },
                InputShape.Word => new Argument<string>(input.Name),
                InputShape.OptionalWords => new Argument<string[]>(input.Name) { Arity = ArgumentArity.ZeroOrMore },
                InputShape.OptionalWord => new Argument<string>(input.Name) { Arity = ArgumentArity.ZeroOrOne },
                _ => new Argument<string[]>(input.Name) { Arity = ArgumentArity.OneOrMore },
            };
            switch (symbol)
            {
                case Option option:
                    Command.Add(option);
                    break;
                case Argument argument:
                    Command.Add(argument);
                    break;
            }

            _symbols.Add((input, symbol));
        }

        private static string[] One(string? word) => word is null ? [] : [word];

        private static string[] Aliases(Input input) => input.Short is { } alias ? [alias] : [];
    }
}
