// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

// paged is an HTTP client that does something before a page of a bulk reading is asked for. Pages are counted from 1.
type paged struct {
	direct

	mu     sync.Mutex
	page   int
	before func(page int, request *http.Request) error
}

// from counts pages from now on.
func (p *paged) from(before func(page int, request *http.Request) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.page, p.before = 0, before
}

func (p *paged) Do(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	request.Body = io.NopCloser(bytes.NewReader(body))
	if strings.Contains(string(body), "Action=GetAccountAuthorizationDetails") {
		if err := p.next(request); err != nil {
			return nil, err
		}
	}
	return p.direct.Do(request)
}

func (p *paged) next(request *http.Request) error {
	p.mu.Lock()
	p.page++
	page, before := p.page, p.before
	p.mu.Unlock()
	if before == nil {
		return nil
	}
	return before(page, request)
}

// Whatever happens to a snapshot, what was changed by hand is repaired by the end of the interval after it, and of the
// roles that did not change none is looked at.
func TestASnapshotUnderFaultsMissesNothingAndHasNoUnchangedRoleLookedAt(t *testing.T) {
	const changed, deleted = "team_app-7", "team_app-98"
	for fault, tc := range map[string]struct {
		begin func(t *testing.T, sim *iamsim.Sim, web *paged)
		reads int
	}{
		"pages cut short": {func(_ *testing.T, sim *iamsim.Sim, _ *paged) { sim.SetPageLimit(7) }, 1},
		"a page throttled in the middle": {func(_ *testing.T, sim *iamsim.Sim, _ *paged) {
			sim.SetPageLimit(40)
			sim.FailNth("GetAccountAuthorizationDetails", 3, "Throttling")
		}, 1},
		"a role deleted between pages": {func(t *testing.T, sim *iamsim.Sim, web *paged) {
			t.Helper()
			sim.SetPageLimit(40)
			web.from(func(page int, _ *http.Request) error {
				if _, exists := sim.Role(deleted); exists && page == 2 {
					deleteByHand(t, sim, deleted)
				}
				return nil
			})
		}, 2},
		"stale reads": {func(_ *testing.T, sim *iamsim.Sim, _ *paged) {
			sim.SetConsistencyLag(iamsim.Lag{Duration: 20 * time.Second})
		}, 1},
		"a page that is never answered": {func(_ *testing.T, sim *iamsim.Sim, web *paged) {
			sim.SetPageLimit(40)
			web.from(func(page int, request *http.Request) error {
				if page < 2 || page > 4 { // the second, as often as it is tried
					return nil
				}
				<-request.Context().Done()
				return request.Context().Err()
			})
		}, 1},
	} {
		t.Run(fault, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim := loadedAccount()
				web, api := &paged{direct: direct{sim}}, loadedAPI(t, watchedRoles)
				reached := awsConfig(sim)
				reached.HTTPClient = web
				_, stop := manageOver(t, reached, api)
				defer stop()
				waitUntilReady(t, api)
				time.Sleep(2 * resync) // of simulated time
				tc.begin(t, sim, web)
				retagByHand(t, sim, changed)
				sim.ResetCalls()
				time.Sleep(resync + 4*time.Minute) // of simulated time
				if _, exists := sim.Role(deleted); !exists || retagged(sim, changed) {
					t.Errorf("role %s exists: %t; %s is as declared: %t", deleted, exists, changed, !retagged(sim, changed))
				}
				if n := iamsim.Count(sim.Calls(), "GetRole"); n != tc.reads {
					t.Errorf("%d roles were looked at, want %d", n, tc.reads)
				}
			})
		})
	}
}

func TestAnEditReachesIAMWhileAPageOfASnapshotIsNotAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := loadedAccount()
		web, api := &paged{direct: direct{sim}}, loadedAPI(t, watchedRoles)
		reached := awsConfig(sim)
		reached.HTTPClient = web
		informers, stop := manageOver(t, reached, api)
		defer stop()
		waitUntilReady(t, api)
		hangs := make(chan struct{})
		web.from(func(page int, request *http.Request) error {
			if page == 1 {
				close(hangs)
			}
			<-request.Context().Done()
			return request.Context().Err()
		})
		<-hangs
		if took := edited(t, sim, api, informers, 20); took > 3*time.Second {
			t.Errorf("an edit took %s, want at most 3 s", took)
		}
		web.from(nil)
		time.Sleep(5 * time.Minute) // of simulated time, until no call hangs
	})
}
