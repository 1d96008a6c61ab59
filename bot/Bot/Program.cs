Console.WriteLine("snapshotbot");
