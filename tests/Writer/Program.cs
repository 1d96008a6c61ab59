using SnapshotBot.Writer;

// snapshotbot-writer count FOLDER                writes one number after the other into files of every kind, as fast as it can
// snapshotbot-writer check FOLDER                says whether a copy of that folder is of one moment
// snapshotbot-writer world FOLDER MEGABYTES      makes a game's world
// snapshotbot-writer play FOLDER                 plays on it: region files, a database at 50 and more transactions a second, logs
// snapshotbot-writer tick FILE SECONDS           20 times a second: writes, flushes, and notes how long it took
switch (args)
{
    case ["count", var folder]:
        using (var counter = new Counter(folder))
        {
            for (var number = counter.Next; ; number++)
            {
                counter.ObeyHold();
                counter.Write(number);
            }
        }

    case ["check", var folder]:
        var moment = Moment.Of(folder);
        Console.WriteLine(moment.Fault ?? $"of one moment: {moment.Last}");
        return moment.Fault is null ? 0 : 1;
    case ["world", var folder, var megabytes]:
        World.Make(folder, int.Parse(megabytes, System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    case ["play", var folder]:
        World.Play(folder);
        return 0;
    case ["tick", var file, var seconds]:
        Tick.Run(file, TimeSpan.FromSeconds(int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture)));
        return 0;
    default:
        Console.Error.WriteLine("count FOLDER, check FOLDER, world FOLDER MEGABYTES, play FOLDER, tick FILE SECONDS");
        return 2;
}
