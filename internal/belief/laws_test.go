// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package belief_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/apimachinery/pkg/types"
	"pgregory.net/rapid"

	"github.com/ecsiam/ecs-iam-controller/internal/belief"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/laws"
)

// window is how long a change is given to reach ECS.
const window = 10 * time.Second

var noon = time.Date(2026, time.November, 25, 12, 0, 0, 0, time.UTC)

// version is the state of a role in AWS from a time on, nil for none.
type version struct {
	at   time.Time
	role *iam.Role
}

// world is an AWS that shows each part of a role at an age of its own, and a controller that works on it.
type world struct {
	*rapid.T
	now      time.Time
	versions []version
	store    *belief.Store
	object   *belief.Object
	// uid counts the objects, ids the roles that were created, values those that nobody set before.
	uid, ids, values int
	// deleted has the ids of the roles that this controller deleted since it began.
	deleted map[string]bool
	// wroteAt is when the controller last wrote, or another of our own before it.
	wroteAt time.Time
	// writes are the times of the writes within the time in which AWS may still show what was before them.
	writes []time.Time
}

func newWorld(t *rapid.T) *world {
	w := &world{T: t, now: noon, versions: []version{{at: noon.Add(-time.Hour)}}}
	w.restart()
	return w
}

func (w *world) restart() {
	w.store, w.deleted = belief.NewStore(w.now), map[string]bool{}
	w.object = w.store.Of(w.name())
}

func (w *world) name() types.UID { return types.UID(fmt.Sprint("uid", w.uid)) }

func (w *world) in(n int, label string) bool { return rapid.IntRange(1, n).Draw(w.T, label) == 1 }

func (w *world) wait() {
	w.now = w.now.Add(time.Duration(rapid.IntRange(1, 25).Draw(w.T, "seconds")) * time.Second)
}

func (w *world) truth() *iam.Role { return w.versions[len(w.versions)-1].role }

func (w *world) become(role *iam.Role) { w.versions = append(w.versions, version{w.now, role}) }

// past is a state that AWS may still show.
func (w *world) past(label string) *iam.Role {
	age := time.Duration(rapid.IntRange(0, int(belief.Suspicion/time.Second)-1).Draw(w.T, label)) * time.Second
	shown := w.versions[0].role
	for _, v := range w.versions {
		if !v.at.After(w.now.Add(-age)) {
			shown = v.role
		}
	}
	return shown
}

// reading draws what AWS shows, each part at an age of its own.
func (w *world) reading() belief.Reading {
	r := belief.Reading{Observation: iam.Observation{BegunAt: w.now}}
	base := w.past("age of the role")
	if base == nil {
		r.Missing = true
		return r
	}
	role := clone(base)
	for label, take := range map[string]func(from *iam.Role){
		"trust":    func(from *iam.Role) { role.Trust = from.Trust },
		"boundary": func(from *iam.Role) { role.Boundary = from.Boundary },
		"attached": func(from *iam.Role) { role.Attached = slices.Clone(from.Attached) },
		"inline":   func(from *iam.Role) { role.InlinePolicies = maps.Clone(from.InlinePolicies) },
	} {
		if from := w.past("age of " + label); from != nil && from.ID == role.ID {
			take(from)
		}
	}
	r.Role = role
	return r
}

func clone(role *iam.Role) *iam.Role {
	if role == nil {
		return nil
	}
	copied := *role
	copied.Attached, copied.InlinePolicies = slices.Clone(role.Attached), maps.Clone(role.InlinePolicies)
	copied.Tags = maps.Clone(role.Tags)
	return &copied
}

// changed draws a role that differs from one, or the first.
func (w *world) changed(role *iam.Role) *iam.Role {
	next := clone(role)
	if next == nil {
		w.ids++
		next = &iam.Role{Name: "app", ID: fmt.Sprint("AROA", w.ids), InlinePolicies: map[string]string{}, Tags: map[string]string{"owner": "us"}}
	}
	pick := func(label string) string { return rapid.SampledFrom([]string{"", "x", "y"}).Draw(w.T, label) }
	switch rapid.IntRange(1, 4).Draw(w.T, "part") {
	case 1:
		next.Trust = pick("trust")
	case 2:
		next.Boundary = pick("boundary")
	case 3:
		next.Attached = rapid.SampledFrom([][]string{nil, {"a"}, {"b"}, {"a", "b"}}).Draw(w.T, "attached")
	default:
		next.InlinePolicies["p"] = pick("inline")
	}
	return next
}

// write is an execution of ours on what is seen. Its answer may be lost.
func (w *world) write(seen iam.Observation, target *iam.Role, answered bool) {
	w.become(target)
	w.wroteAt = w.now
	w.writes = slices.DeleteFunc(w.writes, func(at time.Time) bool { return w.now.Sub(at) > belief.Suspicion })
	w.writes = append(w.writes, w.now)
	if !answered {
		w.object.Uncertain(w.now)
		return
	}
	w.object.Wrote(belief.Write{Before: seen, After: iam.Observation{Role: clone(target)}}, w.now)
}

// remove deletes the role, and with it goes the object; one of the same name may come.
func (w *world) remove(seen iam.Observation) {
	w.deleted[seen.Role.ID] = true
	w.write(seen, nil, true)
	w.store.Forget(w.name())
	w.uid++
	w.object = w.store.Of(w.name())
}

// look is what a pass takes for the state of AWS; ok is false when it must read again.
func (w *world) look(deletion bool) (iam.Observation, bool) {
	if believed, ok := w.object.Believes(w.now, window); ok && !deletion {
		return believed, true
	}
	r := w.reading()
	r.ForDeletion = deletion
	state := w.object.Judge(r, w.now)
	return state.Observation, state.Judgement == belief.Take || state.Judgement == belief.Keep
}

var content = cmp.Options{cmpopts.EquateEmpty(), cmpopts.IgnoreFields(iam.Observation{}, "BegunAt", "PolicyDocuments")}

func TestWhatWeWroteIsWhatAPassSeesHoweverOldTheReading(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.now = w.now.Add(time.Minute)
		for range rapid.IntRange(1, 12).Draw(t, "passes") {
			got, ok := w.look(false)
			if !ok {
				w.wait()
				continue
			}
			if diff := cmp.Diff(iam.Observation{Role: w.truth()}, got, content); diff != "" {
				t.Fatalf("%s after the last write (-truth +seen):\n%s", w.now.Sub(w.wroteAt), diff)
			}
			switch {
			case got.Role != nil && w.in(6, "deletes"):
				w.remove(got)
			case len(w.writes) < 8 && w.in(2, "writes"):
				w.write(got, w.changed(got.Role), true)
			}
			w.wait()
		}
	})
}

func TestAbsenceIsNeverTakenFromAReadingThatMayBeOlderThanAWrite(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		for range rapid.IntRange(1, 12).Draw(t, "passes") {
			got, ok := w.look(true)
			if ok && got.Role == nil && w.truth() != nil {
				t.Fatalf("absence is taken %s after the last write", w.now.Sub(w.wroteAt))
			}
			switch {
			case w.in(5, "restarts"):
				w.restart()
			case ok && w.in(2, "writes"):
				w.write(got, w.changed(got.Role), !w.in(3, "answer lost"))
			}
			w.wait()
		}
	})
}

func TestAnEntityThatWasDeletedIsNeverTakenForANewOne(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.now = w.now.Add(time.Minute)
		for range rapid.IntRange(1, 14).Draw(t, "passes") {
			got, ok := w.look(w.in(2, "for deletion"))
			if ok && got.Role != nil && w.deleted[got.Role.ID] {
				t.Fatalf("the deleted role %s is taken for one that exists", got.Role.ID)
			}
			switch {
			case ok && got.Role != nil && w.in(3, "deletes"):
				w.remove(got)
			case ok && w.in(2, "writes"):
				w.write(got, w.changed(got.Role), true)
			}
			w.wait()
		}
	})
}

func TestWhatAWSShowsIsTakenOnceItCannotBeOlderThanAWrite(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.now = w.now.Add(time.Minute)
		for range rapid.IntRange(1, 4).Draw(t, "writes") {
			w.write(iam.Observation{Role: clone(w.truth())}, w.changed(w.truth()), true)
			w.wait()
		}
		late := time.Duration(rapid.IntRange(0, 100).Draw(t, "late")) * time.Second
		w.now = w.wroteAt.Add(belief.Suspicion + late)
		w.become(w.changed(w.truth()))
		r := w.reading()
		if got := w.object.Judge(r, w.now); got.Judgement != belief.Take || !cmp.Equal(got.Observation, r.Observation, content) {
			t.Fatalf("%s after the last write the judgement is %d", w.now.Sub(w.wroteAt), got.Judgement)
		}
	})
}

func TestAChangeThatNobodyMadeBeforeIsSeenAtOnce(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.now = w.now.Add(time.Minute)
		w.write(iam.Observation{}, w.changed(nil), true)
		for range rapid.IntRange(1, 6).Draw(t, "changes") {
			w.wait()
			if w.in(2, "ours") {
				w.write(iam.Observation{Role: clone(w.truth())}, w.changed(w.truth()), true)
				continue
			}
			foreign := clone(w.truth())
			w.values++
			foreign.Trust = fmt.Sprint("by someone else ", w.values)
			w.become(foreign)
			r := belief.Reading{Observation: iam.Observation{Role: clone(foreign), BegunAt: w.now}}
			if got := w.object.Judge(r, w.now); got.Judgement != belief.Take {
				t.Fatalf("the judgement is %d", got.Judgement)
			}
		}
	})
}

func TestAPersonSeesWhatAWSShowsButForWhatWasDeleted(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.now = w.now.Add(time.Minute)
		for range rapid.IntRange(1, 6).Draw(t, "writes") {
			w.write(iam.Observation{Role: clone(w.truth())}, w.changed(w.truth()), true)
			w.wait()
			r := w.reading()
			r.Forced = true
			if got := w.object.Judge(r, w.now); got.Judgement != belief.Take {
				t.Fatalf("the judgement is %d", got.Judgement)
			}
		}
	})
}

func TestABeliefEndsWithTheFirstPassAfterTheWindow(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		object := belief.NewStore(noon).Of("uid")
		window := time.Duration(rapid.IntRange(0, 60).Draw(t, "window")) * time.Second
		now, wroteAt := noon, time.Time{}
		propagates, ended := false, true
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 5, 10, 29, 30, 60, 600, 3600}).Draw(t, "seconds")) * time.Second)
			if rapid.IntRange(0, 2).Draw(t, "writes") == 0 {
				object.Wrote(belief.Write{}, now)
				again := now.Equal(wroteAt)
				wroteAt, ended = now, false
				if propagates = again && propagates || rapid.Bool().Draw(t, "propagates"); propagates {
					object.SetPropagating(now)
				}
				continue
			}
			age := now.Sub(wroteAt)
			_, believed := object.Believes(now, window)
			switch {
			case ended && believed:
				t.Fatalf("believed %s after the write, although a pass ended the window or nothing was written", age)
			case !ended && age < window && !believed:
				t.Fatalf("not believed %s after the write, in a window of %s", age, window)
			case age >= time.Hour && age > window && believed:
				t.Fatalf("believed %s after the write", age)
			case age >= window+belief.Suspicion && !(propagates && window > 0) && believed:
				t.Fatalf("believed %s after a write that nobody waits for", age)
			}
			ended = ended || age >= window
		}
	})
}

func TestARestartedControllerReadsAgain(t *testing.T) {
	laws.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.write(iam.Observation{}, w.changed(nil), true)
		w.wait()
		w.restart()
		if _, ok := w.object.Believes(w.now, window); ok {
			t.Fatal("what nobody remembers is believed")
		}
		if wait := w.object.Unsure(w.now); wait != belief.Suspicion {
			t.Fatalf("absence is proof after %s", wait)
		}
	})
}
