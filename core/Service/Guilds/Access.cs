namespace SnapshotBot.Service.Guilds;

/// <summary>What somebody may do, least first.</summary>
public enum GuildRole
{
    /// <summary>Nothing at all.</summary>
    None,
    Viewer,
    Operator,
    Admin,
}

/// <summary>What the guild itself lets somebody do, whatever our roles say.</summary>
public enum GuildPower
{
    None,

    /// <summary>May change the guild's settings, so ours too.</summary>
    ManagesGuild,

    /// <summary>The owner, or somebody with Administrator: may always, so that no deleted role locks everybody out.</summary>
    Administrator,
}

/// <summary>A person in a guild as an interaction shows them, at that moment.</summary>
public sealed record GuildMember(ulong Person, IReadOnlyCollection<ulong> Roles, GuildPower Power);

/// <summary>How a guild sees a server.</summary>
public enum ServerReach
{
    /// <summary>Not at all: it is as if there were none.</summary>
    Elsewhere,

    /// <summary>Its state, and no names of players, files or notes.</summary>
    Guest,
    Home,
}

/// <summary>What is asked for.</summary>
public enum GuildAct
{
    /// <summary>What a role may do.</summary>
    Ordinary,

    /// <summary>Changing what holds in the guild: Manage Server, or the admin role.</summary>
    Settings,

    /// <summary>Putting a server back, which the guild's policy may open to operators.</summary>
    Restore,
}

/// <summary>Whether somebody may: a closed family.</summary>
public abstract record AccessDecision
{
    private AccessDecision()
    {
    }

    /// <summary>They may, with this role.</summary>
    public sealed record Granted(GuildRole Role) : AccessDecision;

    /// <summary>The policy wants somebody else to agree.</summary>
    public sealed record NeedsSecond(GuildRole Role) : AccessDecision;

    /// <summary>They may not; <paramref name="Needed"/> says who may.</summary>
    public sealed record Refused(AccessFault Fault, GuildRole Role, GuildRole Needed) : AccessDecision;
}

/// <summary>Why somebody may not.</summary>
public enum AccessFault
{
    /// <summary>Nobody allowed this guild.</summary>
    GuildNotAllowed,

    /// <summary>No such thing in this guild: another's, or nobody's. The two are told apart by nothing.</summary>
    Elsewhere,

    /// <summary>The role is too little.</summary>
    Role,

    /// <summary>The server is a guest here.</summary>
    GuestOnly,
}

/// <summary>Who may what. Pure: the same question always has the same answer.</summary>
public static class Access
{
    /// <summary>A person's role. A role that was deleted is in nobody's list, so it admits nobody; an unset one admits nobody either.</summary>
    public static GuildRole RoleOf(GuildMember member, GuildSettings settings)
    {
        if (!settings.IsAllowed)
            return GuildRole.None;
        if (member.Power == GuildPower.Administrator || Has(member, settings, settings.Admin))
            return GuildRole.Admin;
        if (Has(member, settings, settings.Operator))
            return GuildRole.Operator;
        return Has(member, settings, settings.Viewer) ? GuildRole.Viewer : GuildRole.None;
    }

    /// <summary>Decides. Without a server, <paramref name="reach"/> is home.</summary>
    public static AccessDecision Decide(GuildMember member, GuildSettings settings, GuildAct act, GuildRole needed, ServerReach reach)
    {
        var role = RoleOf(member, settings);
        if (!settings.IsAllowed)
            return new AccessDecision.Refused(AccessFault.GuildNotAllowed, role, needed);
        if (act == GuildAct.Settings)
        {
            return role == GuildRole.Admin || member.Power >= GuildPower.ManagesGuild
                ? new AccessDecision.Granted(role)
                : new AccessDecision.Refused(AccessFault.Role, role, GuildRole.Admin);
        }

        var (enough, second) = act == GuildAct.Restore ? Restoring(settings.Restore) : (needed, false);
        if (role < enough)
            return new AccessDecision.Refused(AccessFault.Role, role, enough);
        if (reach == ServerReach.Elsewhere)
            return new AccessDecision.Refused(AccessFault.Elsewhere, role, enough);
        if (reach == ServerReach.Guest && enough > GuildRole.Viewer)
            return new AccessDecision.Refused(AccessFault.GuestOnly, role, enough);
        return second && role < GuildRole.Admin ? new AccessDecision.NeedsSecond(role) : new AccessDecision.Granted(role);
    }

    private static (GuildRole Enough, bool Second) Restoring(RestorePolicy policy) => policy switch
    {
        RestorePolicy.Operators => (GuildRole.Operator, false),
        RestorePolicy.TwoOperators => (GuildRole.Operator, true),
        _ => (GuildRole.Admin, false),
    };

    // The guild's own id is the role everybody has, and is in nobody's list.
    private static bool Has(GuildMember member, GuildSettings settings, ulong? role) =>
        role is { } id && (id == settings.Guild || member.Roles.Contains(id));
}
