package io.kexec4j.linux;

import io.kexec4j.error.KexecException;
import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.linux.Kexec.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One load: chooses the call, makes it, and falls back on the other one if that may help. Each call is made once at most. */
final class PlannedLoad {
    private final LoadPlan plan;
    private final Consumer<LoadChoice> announce;
    private final Kernel kernel;
    private final Path root;

    /** Grows with what is found out on the way. */
    private LoadChoice.Obstacles obstacles;

    /** What the kernel said of itself when the call was chosen. */
    private KernelState state = KernelState.UNKNOWN;

    PlannedLoad(LoadPlan plan, Consumer<LoadChoice> announce, Kernel kernel, Path root) {
        this.plan = plan;
        this.announce = announce;
        this.kernel = kernel;
        this.root = root;
        this.obstacles = obstaclesOf(plan);
    }

    private static LoadChoice.Obstacles obstaclesOf(LoadPlan plan) {
        return new LoadChoice.Obstacles(plan.image().obstacle(), plan.files().obstacle());
    }

    static LoadChoice choose(LoadPlan plan, LinuxAbi abi, KernelState state) {
        return LoadChoice.of(plan.mode(), plan.slot(), obstaclesOf(plan), abi, state);
    }

    LoadReport run() throws IOException {
        LoadChoice choice = chooseWhatCanBeMade();
        try {
            return submit(choice, List.of());
        } catch (KexecRefusedException first) {
            return submitOther(fallback(choice.call(), first), first);
        }
    }

    /** That there is no such form is found out by making it. Each round rules out one call, so there are three at most. */
    private LoadChoice chooseWhatCanBeMade() throws IOException {
        List<KexecException> failures = new ArrayList<>();
        while (true) {
            LoadChoice choice = chooseAfter(failures);
            try {
                make(choice.call());
                return choice;
            } catch (KexecException e) {
                if (plan.mode() != LoadMode.AUTO || costsTheCrashKernel(e)) {
                    throw e;
                }
                failures.add(e);
                obstacles = obstacles.with(choice.call(), String.valueOf(e.getMessage()));
            }
        }
    }

    /** The kernel would hardly find more room for a crash image, and gives up the one that is loaded before it looks. */
    private boolean costsTheCrashKernel(KexecException failure) {
        return plan.slot() == ImageSlot.CRASH && failure instanceof NoMemoryHoleException;
    }

    private LoadChoice chooseAfter(List<KexecException> failures) {
        state = KernelState.read(root);
        try {
            return LoadChoice.of(plan.mode(), plan.slot(), obstacles, kernel.abi(), state);
        } catch (UnsupportedCombinationException neither) {
            failures.forEach(neither::addSuppressed);
            throw neither;
        }
    }

    private LoadChoice fallback(LoadCall refused, KexecRefusedException first) throws IOException {
        if (plan.mode() != LoadMode.AUTO) {
            throw first;
        }
        state = KernelState.read(root); // anew, since an attempt uses up the limit
        LoadChoice next = Fallback.after(
                        refused,
                        Errno.of(first.errno(), kernel.abi()),
                        plan.slot(),
                        obstacles.with(kernel.abi(), state),
                        state)
                .orElseThrow(() -> first);
        try {
            make(next.call());
        } catch (KexecException e) {
            throw first.butThen(
                    "%s cannot load it either: %s".formatted(next.call().label(), e.getMessage()), e);
        } catch (IOException e) {
            e.addSuppressed(first);
            throw e;
        }
        return next;
    }

    private LoadReport submitOther(LoadChoice choice, KexecRefusedException first) throws IOException {
        try {
            return submit(choice, List.of(first));
        } catch (KexecRefusedException second) {
            throw second.after(first);
        }
    }

    /** Also in time for the caller to print it: what is announced will be called. */
    private void make(LoadCall call) throws IOException {
        ImageSlot slot = call == LoadCall.KEXEC_LOAD
                ? ImageSlot.of(plan.image().get())
                : ImageSlot.of(plan.files().get());
        if (slot != plan.slot()) {
            throw new IllegalArgumentException("the plan is for the %s slot, but what %s would load is for the %s slot"
                    .formatted(plan.slot().label(), call.label(), slot.label()));
        }
    }

    private LoadReport submit(LoadChoice choice, List<KexecRefusedException> refusals) throws IOException {
        announce.accept(choice);
        Submission submission = new Submission(kernel, root);
        List<String> remarks = new ArrayList<>();
        Loaded loaded;
        if (choice.call() == LoadCall.KEXEC_LOAD) {
            loaded = submission.load(plan.image().get());
            if (LoadChoice.loses(choice.call(), plan.slot(), state)) {
                remarks.add(LoadChoice.HANDOVER_LOST);
            }
        } else {
            loaded = submission.load(plan.files().get());
        }
        remarks.addAll(loaded.remarks());
        return new LoadReport(choice, refusals, loaded.updates(), remarks);
    }
}
