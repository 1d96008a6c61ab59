using System.Reflection;

namespace SnapshotBot.Service.Games;

/// <summary>All profiles: those that came with the program, and the files in the data folder's <c>profiles/</c>, which win over them by name. A
/// file that can't be used is named and left out; the others work.</summary>
internal sealed class GameProfiles
{
    private const string Resources = "SnapshotBot.Service.Games.Profiles.";

    private readonly DataFolder _folder;
    private readonly Action<ServiceNotice> _notice;
    private readonly Lock _gate = new();
    private readonly HashSet<ProfileFault> _told = [];
    private IReadOnlyList<GameProfile>? _embedded;

    public GameProfiles(DataFolder folder, ServiceOptions options)
    {
        _folder = folder;
        _notice = options.Notice;
    }

    /// <summary>All that can be used, by name; the folder is read anew each time.</summary>
    public IReadOnlyList<GameProfile> All()
    {
        var (profiles, faults) = Read();
        lock (_gate)
        {
            foreach (var fault in faults.Where(_told.Add))
                _notice(new ServiceNotice.ProfileFaulty(fault));
        }

        return profiles;
    }

    public GameProfile? Find(string name) => All().FirstOrDefault(one => one.Name == name);

    public GameProfile Generic => Find(GameProfile.GenericName)!;

    /// <summary>All profiles, and what is wrong with the files that are none.</summary>
    internal (IReadOnlyList<GameProfile> Profiles, IReadOnlyList<ProfileFault> Faults) Read()
    {
        var byName = new SortedDictionary<string, GameProfile>(StringComparer.Ordinal);
        foreach (var profile in Embedded())
            byName[profile.Name] = profile;
        var faults = new List<ProfileFault>();
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, content) in _folder.ReadProfiles(ProfileReader.LargestFile))
        {
            try
            {
                if (content is null)
                    throw new ProfileFaultException(new ProfileFault(name, null, $"It is no file that can be read, or larger than {ProfileReader.LargestFile / 1024} KiB."));
                var profile = ProfileReader.Read(content, name, name);
                if (!own.Add(profile.Name))
                    throw new ProfileFaultException(new ProfileFault(name, "name", $"Another file's profile is called '{profile.Name}' already."));
                byName[profile.Name] = profile;
            }
            catch (ProfileFaultException error)
            {
                faults.Add(error.Fault);
            }
        }

        return ([.. byName.Values], faults);
    }

    private IReadOnlyList<GameProfile> Embedded()
    {
        lock (_gate)
        {
            return _embedded ??= [.. Assembly.GetExecutingAssembly().GetManifestResourceNames()
                .Where(name => name.StartsWith(Resources, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(ReadEmbedded)];
        }
    }

    private static GameProfile ReadEmbedded(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return ProfileReader.Read(content.ToArray(), resource[Resources.Length..], null);
    }
}
